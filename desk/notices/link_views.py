"""The pages that the mails' links lead to. They work without signing in: the signature is the proof."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.link_pages import METHODS, Title, link_page, only_shows, secret_in
from core.web.public_views import public
from desk.notices import buttons
from desk.notices.links import LinkError, read_button, read_stop
from desk.notices.services import gets_mails, stop_mails
from organizations.models import Membership

STOP_TITLES: dict[str, Title] = {
    "confirm": _("Stop the e-mails about requests?"),
    "done": _("You get no more e-mails about requests"),
    "gone": _("You are no longer in this team"),
}


@public
@never_cache
@sensitive_post_parameters("token")
@require_http_methods(METHODS)
def act(request: HttpRequest) -> HttpResponse:
    """Show what the button of a mail does; a POST does it. 410 where the link no longer works."""
    secret = secret_in(request)
    if not secret:
        return redirect("home")
    try:
        button = read_button(secret)
    except LinkError as refusal:
        return _act_page(request, refusal.state)
    outcome = buttons.look(button) if only_shows(request) else buttons.press(button)
    return _act_page(request, outcome.state, button=button, item=outcome.item)


@public
@csrf_exempt  # mail clients post here by themselves (RFC 8058), without a cookie; the signature is the proof
@never_cache
@sensitive_post_parameters("token")
@require_http_methods(METHODS)
def stop(request: HttpRequest) -> HttpResponse:
    """Show whether the member of the link gets mails about the desk; a POST stops them."""
    secret = secret_in(request) or request.GET.get("token", "")
    if not secret:
        return redirect("home")
    try:
        membership_id = read_stop(secret)
    except LinkError as refusal:
        return _stop_page(request, secret, refusal.state)
    members = Membership.objects.select_related("organization", "user", "notice_choice")
    membership = members.filter(id=membership_id).first()
    if membership is None:
        return _stop_page(request, secret, "gone")
    if not only_shows(request):
        stop_mails(membership)
    state = "confirm" if gets_mails(membership) else "done"
    return _stop_page(request, secret, state, membership=membership)


def _act_page(request: HttpRequest, state: str, **context: object) -> HttpResponse:
    return link_page(request, "desk/notices/act.html", state, context, titles=buttons.TITLES)


def _stop_page(request: HttpRequest, secret: str, state: str, **context: object) -> HttpResponse:
    return link_page(request, "desk/notices/stop.html", state, context, titles=STOP_TITLES, secret=secret)
