"""The page by which the owner of a mailbox stops all invitations to it, or allows them again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.link_pages import METHODS, UNKNOWN_TITLE, Title, only_shows, secret_in
from core.web.public_views import add_link_headers, public
from organizations.invitations import refusals

TITLES: dict[str, Title] = {
    "confirm": _("No more invitations?"),
    "done": _("You get no more invitations"),
    "allowed": _("You can be invited again"),
}


@public
@csrf_exempt  # mail clients post here by themselves (RFC 8058), without a cookie; the signature is the proof
@never_cache
@sensitive_post_parameters("token")
@require_http_methods(METHODS)
def refuse(request: HttpRequest) -> HttpResponse:
    """Show whether the mailbox of the link gets invitations; a POST stops them, or with `undo` allows them again."""
    secret = secret_in(request) or request.GET.get("token", "")
    if not secret:
        return redirect("home")
    mailbox = refusals.read_signature(secret)
    if mailbox is None:
        return _page(request, "unknown", secret, status=410)
    if only_shows(request):
        return _page(request, "done" if refusals.is_recorded(mailbox) else "confirm", secret)
    if "undo" in request.POST:
        refusals.allow(mailbox)
        return _page(request, "allowed", secret)
    refusals.refuse(mailbox)
    return _page(request, "done", secret)


def _page(request: HttpRequest, state: str, secret: str, *, status: int = 200) -> HttpResponse:
    context = {
        "state": state,
        "title": TITLES.get(state, UNKNOWN_TITLE),
        "token": secret,
        "button_waits": state in TITLES,
    }
    return add_link_headers(render(request, "organizations/refuse.html", context, status=status))
