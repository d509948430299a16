"""The pages that an invitation's link opens. A GET changes nothing; a POST accepts."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.addresses import mask_address
from accounts.link_pages import METHODS, UNKNOWN_TITLE, Title, only_shows, secret_in
from accounts.login.browser import ensure_browser, remember_browser
from accounts.login.services import RefusedError, start_login
from accounts.login.tokens import find_by_secret
from accounts.models import LoginToken, User
from accounts.requests import SignedInRequest
from core.security.rate_limits import LimitedError
from core.web.public_views import add_link_headers, public
from core.web.rate_limit_responses import too_many, wait_sentence
from organizations.invitations import acceptance
from organizations.invitations.acceptance import SignInFirstError
from organizations.models import Invitation, Membership

OPEN_STATES = {"confirm", "sign_in", "other_user", "member"}
TITLES: dict[str, Title] = {
    "confirm": gettext_lazy("Your invitation"),
    "sign_in": gettext_lazy("Your invitation"),
    "other_user": gettext_lazy("Change account?"),
    "member": gettext_lazy("You are in the team already"),
    "used": gettext_lazy("This invitation has already been accepted"),
    "expired": gettext_lazy("This invitation has expired"),
    "superseded": gettext_lazy("This invitation has been replaced"),
    "withdrawn": gettext_lazy("This invitation has been withdrawn"),
}


@dataclass(frozen=True)
class Offer:
    """The invitation of a page. `secret` is that of the link, if a link was opened; `is_known`: an account exists."""

    token: LoginToken | None
    invitation: Invitation | None
    secret: str = ""
    is_known: bool = True


@public
@never_cache
@sensitive_post_parameters("token")
@require_http_methods(METHODS)
def accept(request: HttpRequest) -> HttpResponse:
    """Show the invitation of a link; a POST accepts it, or mails the link to sign in where an account exists."""
    secret = secret_in(request)
    if not secret:
        return redirect("home")
    token = find_by_secret(secret, LoginToken.Purpose.INVITATION)
    if token is None:
        return _answer(request, Offer(None, None, secret))
    # Read before the invitation: a request that creates the account in between leaves the invitation accepted.
    is_known = User.objects.filter(email=token.email, is_active=True).exists()
    return _answer(request, Offer(token, Invitation.objects.of_link(token), secret, is_known))


@never_cache
@require_http_methods(METHODS)
def offered(request: SignedInRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Show and accept an invitation without its link, for the signed-in user of the invited address."""
    found = Invitation.objects.select_related("organization", "invited_by", "token")
    invitation = get_object_or_404(found, id=invitation_id, email=request.user.email)
    return _answer(request, Offer(invitation.token, invitation))


def _answer(request: HttpRequest, offer: Offer) -> HttpResponse:
    state = _state(request, offer)
    if not only_shows(request) and offer.token and offer.invitation:
        if state == "member":
            return HttpResponseRedirect(resolve_url("home"), status=303)
        if state == "sign_in":
            return _send_link(request, offer, offer.invitation)
        if state == "confirm" or (state == "other_user" and "switch" in request.POST):
            return _accept(request, offer, offer.token)
    return _page(request, state, offer)


def _state(request: HttpRequest, offer: Offer) -> str:
    """`confirm`, `sign_in`, `other_user`, `member`, or the reason why nothing can be accepted."""
    token, invitation = offer.token, offer.invitation
    if invitation is None:
        dead = token.state if token else "unknown"
        return dead if dead in {"used", "expired", "unknown"} else "superseded"
    here = request.user.is_authenticated and request.user.email == invitation.email
    if invitation.state == "sent":
        if here or not (offer.is_known or request.user.is_authenticated):
            return "confirm"
        return "sign_in" if offer.is_known else "other_user"
    if here and _is_member(request, invitation):
        return "member"
    return {"accepted": "used", "waiting": "superseded"}.get(invitation.state, invitation.state)


def _is_member(request: HttpRequest, invitation: Invitation) -> bool:
    return (
        request.user.is_authenticated
        and Membership.objects.of(request.user).filter(organization=invitation.organization).exists()
    )


def _send_link(request: HttpRequest, offer: Offer, invitation: Invitation) -> HttpResponse:
    try:
        back = reverse("organizations:offered", args=[invitation.id])
        return start_login(request, invitation.email, back, masked=True)
    except LimitedError as limited:
        page = _page(request, "sign_in", offer, notice=wait_sentence(limited.retry_after))
        return too_many(page, limited)


def _accept(request: HttpRequest, offer: Offer, token: LoginToken) -> HttpResponse:
    known = ensure_browser(request)
    try:
        membership = acceptance.accept(request, token)
    except RefusedError as refusal:
        return _page(request, refusal.state, offer)
    except SignInFirstError:  # the account was created while the page was open
        return _page(request, "sign_in", offer)
    messages.success(request, _("Welcome to %(name)s.") % {"name": membership.organization.name})
    response = HttpResponseRedirect(resolve_url("home"), status=303)
    remember_browser(response, known)
    return response


def _page(request: HttpRequest, state: str, offer: Offer, *, notice: str = "") -> HttpResponse:
    context = {
        "state": state,
        "title": TITLES.get(state, UNKNOWN_TITLE),
        "token": offer.secret if offer.token else "",
        "action": reverse("organizations:accept") if offer.secret else request.path,
        "invitation": offer.invitation,
        "masked_email": mask_address(offer.invitation.email) if offer.invitation else "",
        "current_email": request.user.email if request.user.is_authenticated else "",
        "notice": notice,
        "button_waits": state in OPEN_STATES,
    }
    return add_link_headers(
        render(request, "organizations/accept.html", context, status=200 if state in OPEN_STATES else 410)
    )
