"""The pages that our other mails lead to. Each shows first; only its button changes something."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.addresses import mask_address
from accounts.email_change.services import confirm_change, undo_change
from accounts.link_titles import Words, dead_link_title
from accounts.login import tokens
from accounts.login.services import RefusedError
from accounts.models import LoginToken, User
from accounts.sessions import services
from accounts.sessions.devices import device_name
from accounts.sessions.revoke_links import session_of
from core.web.public_views import guarded, public

Change = Callable[[LoginToken], User]
READ_OR_PRESS = ["GET", "HEAD", "POST"]
TITLES: dict[str, dict[str, Words]] = {
    "accounts/not_me.html": {"confirm": _("Was it not you?"), "done": _("This sign-in is ended")},
    "accounts/address_confirm.html": {
        "confirm": _("Confirm your new address"),
        "done": _("Your address is changed"),
    },
    "accounts/address_undo.html": {
        "confirm": _("Take your account back"),
        "done": _("Your account is yours again"),
    },
}


def _secret(request: HttpRequest) -> str:
    return (request.POST if request.method == "POST" else request.GET).get("token", "")


def _shown_only(request: HttpRequest) -> bool:
    """A POST with `show` changes the page's language and nothing else, like a GET."""
    return request.method != "POST" or "show" in request.POST


def _page(request: HttpRequest, template: str, context: dict[str, object], state: str) -> HttpResponse:
    title = TITLES[template].get(state)
    frame = {"state": state, "title": title or dead_link_title(state), "token": _secret(request)}
    return guarded(render(request, template, context | frame, status=200 if title else 410))


@public
@never_cache
@sensitive_post_parameters("token")
@require_http_methods(READ_OR_PRESS)
def not_me(request: HttpRequest) -> HttpResponse:
    """End a sign-in that the mail told of."""
    session = session_of(_secret(request))
    if session is None:
        return _page(request, "accounts/not_me.html", {}, "unknown")
    context: dict[str, object] = {
        "device": device_name(session.user_agent),
        "ip": session.ip,
        "at": session.created_at,
        "masked_email": mask_address(session.user.email),
    }
    if _shown_only(request):
        return _page(request, "accounts/not_me.html", context, "confirm" if session.is_live else "done")
    services.revoke_session(
        session.user,
        session.id,
        actor=request.user if request.user.is_authenticated else None,
        reason="not_me",
    )
    return _page(request, "accounts/not_me.html", context, "done")


@public
@never_cache
@sensitive_post_parameters("token")
@require_http_methods(READ_OR_PRESS)
def address_confirm(request: HttpRequest) -> HttpResponse:
    """Make the new address one's own."""
    token = tokens.find_by_secret(_secret(request), LoginToken.Purpose.EMAIL_CHANGE)
    return _change_page(request, token, "accounts/address_confirm.html", confirm_change)


@public
@never_cache
@sensitive_post_parameters("token")
@require_http_methods(READ_OR_PRESS)
def address_undo(request: HttpRequest) -> HttpResponse:
    """Take the account back to the old address."""
    token = tokens.find_by_secret(_secret(request), LoginToken.Purpose.EMAIL_UNDO)
    return _change_page(request, token, "accounts/address_undo.html", undo_change)


def _change_page(
    request: HttpRequest, token: LoginToken | None, template: str, change: Change
) -> HttpResponse:
    if not _secret(request):
        return redirect("accounts:auth")
    if token is None:
        return _page(request, template, {}, "unknown")
    context: dict[str, object] = {"new_email": token.email}
    state = "confirm" if token.state == "issued" else token.state
    if not _shown_only(request):
        try:
            change(token)
            state = "done"
        except RefusedError as refusal:
            state = refusal.state
    return _page(request, template, context, "done" if state == "used" and _holds(token) else state)


def _holds(token: LoginToken) -> bool:
    """Whether what a used link changed is still so: whoever opens it again, or reloads, reads that it is done."""
    return User.objects.filter(pk=str(token.user_id), email=token.email).exists()
