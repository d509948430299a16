"""Pages of the links that confirm and undo an address change."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.email_change.services import confirm_change, undo_change
from accounts.link_pages import METHODS, link_page, only_shows, secret_in
from accounts.login.services import RefusedError
from accounts.login.tokens import find_by_secret
from accounts.models import LoginToken, User
from core.web.public_views import public

Change = Callable[[LoginToken], User]


@public
@never_cache
@sensitive_post_parameters("token")
@require_http_methods(METHODS)
def address_confirm(request: HttpRequest) -> HttpResponse:
    """Show the new address; on POST make it the account's."""
    token = find_by_secret(secret_in(request), LoginToken.Purpose.EMAIL_CHANGE)
    return _change_page(request, token, "accounts/address_confirm.html", confirm_change)


@public
@never_cache
@sensitive_post_parameters("token")
@require_http_methods(METHODS)
def address_undo(request: HttpRequest) -> HttpResponse:
    """Show the old address; on POST give it back to the account."""
    token = find_by_secret(secret_in(request), LoginToken.Purpose.EMAIL_UNDO)
    return _change_page(request, token, "accounts/address_undo.html", undo_change)


def _change_page(
    request: HttpRequest, token: LoginToken | None, template: str, change: Change
) -> HttpResponse:
    if not secret_in(request):
        return redirect("accounts:auth")
    if token is None:
        return link_page(request, template, "unknown")
    state = "confirm" if token.state == "issued" else token.state
    if not only_shows(request):
        try:
            change(token)
            state = "done"
        except RefusedError as refusal:
            state = refusal.state
    # A used link that is opened again, or reloaded, still says "done" while the account has the address.
    if state == "used" and User.objects.filter(pk=str(token.user_id), email=token.email).exists():
        state = "done"
    return link_page(request, template, state, {"new_email": token.email})
