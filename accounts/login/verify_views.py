"""The page of the mailed link, which signs in, and the request for another link."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.addresses import mask_address
from accounts.link_pages import METHODS, Title, only_shows, secret_in, title_of_unusable_link
from accounts.login.browser import browser_hash, ensure_browser, remember_browser
from accounts.login.services import UNUSABLE_STATES, RefusedError, redeem_link, start_login, state_for
from accounts.login.tokens import find_by_secret, find_waiting_request
from accounts.models import LoginToken
from accounts.secrets import digest
from core.security.rate_limits import LimitedError
from core.web.public_views import add_link_headers, public
from core.web.rate_limit_responses import too_many, wait_sentence

GONE_STATES = UNUSABLE_STATES | {"unknown"}
TITLES: dict[str, Title] = {
    "checking": _("Checking…"),
    "success": _("Signed in!"),
    "confirm": _("Sign in here?"),
    "other_user": _("Change account?"),
}


@public
@never_cache
@sensitive_post_parameters("token")
@require_http_methods(METHODS)
def verify(request: HttpRequest) -> HttpResponse:
    """Show the page that the mail leads to, which changes nothing; its form signs in."""
    secret = secret_in(request)
    if not secret:
        return _redirect_to_request(request)
    if not only_shows(request):
        return _sign_in(request, secret)
    token = find_by_secret(secret, LoginToken.Purpose.LOGIN)
    return _verify_page(request, state_for(request, token) if token else "unknown", token, secret)


def _redirect_to_request(request: HttpRequest) -> HttpResponse:
    """Lead to the page that takes the code, where this browser waits for one; else to the sign-in page."""
    waiting = find_waiting_request(browser_hash(request))
    if waiting is None:
        return redirect("accounts:auth")
    return redirect(f"{reverse('accounts:sent')}?request={waiting.id}")


def _sign_in(request: HttpRequest, secret: str) -> HttpResponse:
    known = ensure_browser(request)
    try:
        session = redeem_link(
            request, digest(secret), via=LoginToken.Via.LINK, switch="switch" in request.POST
        )
    except RefusedError as refusal:
        if refusal.state == "success" and refusal.token:
            return _redirect_to_next(request, refusal.token)
        return _verify_page(request, refusal.state, refusal.token, secret)
    response = _redirect_to_next(request, cast(LoginToken, session.login_token))
    remember_browser(response, known)
    return response


def _redirect_to_next(request: HttpRequest, token: LoginToken) -> HttpResponse:
    target = token.next_path or resolve_url("home")
    if "js" not in request.POST:
        return HttpResponseRedirect(target, status=303)
    # A page that submitted itself shows the success, and is redirected a second later.
    context = {"state": "success", "title": TITLES["success"], "redirect_to": target}
    response = render(request, "accounts/verify.html", context)
    response.headers["Refresh"] = f"1; url={iri_to_uri(target)}"
    return add_link_headers(response)


def _was_requested_here(request: HttpRequest, token: LoginToken) -> bool:
    return bool(token.browser_hash) and token.browser_hash == browser_hash(request)


def _verify_page(
    request: HttpRequest, state: str, token: LoginToken | None, secret: str, *, notice: str = ""
) -> HttpResponse:
    if state == "issued" and token is not None:
        state = "checking" if _was_requested_here(request, token) else "confirm"
    context = {
        "state": state,
        "title": TITLES.get(state) or title_of_unusable_link(state),
        "auto": state == "checking",
        "button_waits": state in {"confirm", "other_user"},
        "token": secret,
        "notice": notice,
        "masked_email": mask_address(token.email) if token else "",
        "current_email": request.user.email if request.user.is_authenticated else "",
        "redirect_to": (token.next_path if token else "") or resolve_url("home"),
    }
    return add_link_headers(
        render(request, "accounts/verify.html", context, status=410 if state in GONE_STATES else 200)
    )


@public
@never_cache
@sensitive_post_parameters("token")
@require_POST
def verify_resend(request: HttpRequest) -> HttpResponse:
    """Request a new link in place of an unusable one, in one click."""
    secret = request.POST.get("token", "")
    token = find_by_secret(secret, LoginToken.Purpose.LOGIN)
    if token is None:
        return redirect("accounts:auth")
    try:
        # A forwarded link must not reveal its address, except to the browser that typed it.
        masked = token.masked or not _was_requested_here(request, token)
        return start_login(request, token.email, token.next_path, masked=masked)
    except LimitedError as limited:
        state, notice = state_for(request, token), wait_sentence(limited.retry_after)
        return too_many(_verify_page(request, state, token, secret, notice=notice), limited)
