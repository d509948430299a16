"""The page that an invitation leads to. Reading it changes nothing; its button takes the place."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.addresses import mask_address
from accounts.browsers import ensure_browser, remember_browser
from accounts.models import LoginToken
from accounts.sign_in import RefusedError
from accounts.tokens import find_by_secret
from core.guard import guarded, public
from organizations import accepting
from organizations.models import Invitation, Membership

ACCEPTABLE = {"confirm", "other_user"}


@public
@never_cache
@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """Show who invites to what; accept on the button.

    A POST with `show` only shows the page: so the language can change without the token standing in an address.
    """
    secret = (request.POST if request.method == "POST" else request.GET).get("token", "")
    if not secret:
        return redirect("home")
    token = find_by_secret(secret, LoginToken.Purpose.INVITATION)
    invitation = Invitation.objects.of_link(token) if token else None
    state = _state(request, token, invitation)
    if request.method == "POST" and "show" not in request.POST and token:
        if state == "member":
            return HttpResponseRedirect(resolve_url("home"), status=303)
        if state == "confirm" or (state == "other_user" and "switch" in request.POST):
            return _accept(request, token, secret)
    return _page(request, state, token, invitation, secret)


def _state(request: HttpRequest, token: LoginToken | None, invitation: Invitation | None) -> str:
    """What the page says: confirm, other_user, member, or why the link is good for nothing."""
    if token is None:
        return "unknown"
    here = accepting.is_signed_in(request, token)
    if token.state == "issued" and invitation and not invitation.withdrawn_at:
        return "other_user" if request.user.is_authenticated and not here else "confirm"
    if here and invitation and _belongs(request, invitation):
        return "member"
    if token.state in {"used", "expired"}:
        return token.state
    return "superseded" if invitation is None else "withdrawn"


def _belongs(request: HttpRequest, invitation: Invitation) -> bool:
    return (
        request.user.is_authenticated
        and Membership.objects.of(request.user).filter(organization=invitation.organization).exists()
    )


def _accept(request: HttpRequest, token: LoginToken, secret: str) -> HttpResponse:
    known = ensure_browser(request)
    try:
        membership = accepting.accept(request, token)
    except RefusedError as refusal:
        return _page(request, refusal.state, token, Invitation.objects.of_link(token), secret)
    name = membership.organization.name
    messages.success(request, _("Welcome to %(name)s.") % {"name": name})
    response = HttpResponseRedirect(resolve_url("home"), status=303)
    remember_browser(response, known)
    return response


def _page(
    request: HttpRequest, state: str, token: LoginToken | None, invitation: Invitation | None, secret: str
) -> HttpResponse:
    context = {
        "state": state,
        "token": secret if token else "",
        "invitation": invitation,
        "masked_email": mask_address(token.email) if token else "",
        "current_email": request.user.email if request.user.is_authenticated else "",
    }
    status = 200 if state in ACCEPTABLE | {"member"} else 410
    return guarded(render(request, "organizations/accept.html", context, status=status))
