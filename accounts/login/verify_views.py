"""Come back by the link; leave."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.addresses import mask_address
from accounts.link_titles import Words, dead_link_title
from accounts.login import tokens
from accounts.login.browser import browser_hash, ensure_browser, remember_browser
from accounts.login.services import DEAD, RefusedError, ask, redeem, state_for
from accounts.models import LoginToken
from accounts.secrets import digest
from accounts.sessions import services
from core.security.rate_limits import LimitedError
from core.web.public_views import guarded, public
from core.web.rate_limit_responses import too_many, wait_sentence

GONE = DEAD | {"unknown"}
TITLES: dict[str, Words] = {
    "checking": gettext_lazy("Checking…"),
    "success": gettext_lazy("Signed in!"),
    "confirm": gettext_lazy("Sign in here?"),
    "other_user": gettext_lazy("Change account?"),
}


@public
@never_cache
@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The page the mail leads to. Reading it changes nothing; its form signs in.

    A POST with `show` only shows the page: so the language can change without the token standing in an address.
    """
    secret = request.POST.get("token", "") if request.method == "POST" else request.GET.get("token", "")
    if not secret:
        return redirect("accounts:auth")
    if request.method == "POST" and "show" not in request.POST:
        return _sign_in(request, secret)
    token = tokens.find_by_secret(secret, LoginToken.Purpose.LOGIN)
    return _verify_page(request, state_for(request, token) if token else "unknown", token, secret)


def _sign_in(request: HttpRequest, secret: str) -> HttpResponse:
    known = ensure_browser(request)
    try:
        session = redeem(request, digest(secret), via=LoginToken.Via.LINK, switch="switch" in request.POST)
    except RefusedError as refusal:
        if refusal.state == "success" and refusal.token:
            return _go_on(request, refusal.token)
        return _verify_page(request, refusal.state, refusal.token, secret)
    response = _go_on(request, cast(LoginToken, session.login_token))
    remember_browser(response, known)
    return response


def _go_on(request: HttpRequest, token: LoginToken) -> HttpResponse:
    target = token.next_path or resolve_url("home")
    if "js" not in request.POST:
        return HttpResponseRedirect(target, status=303)
    # The page that submitted itself shows that it worked, and goes on by itself a moment later.
    context = {"state": "success", "title": TITLES["success"], "redirect_to": target}
    response = render(request, "accounts/verify.html", context)
    response.headers["Refresh"] = f"1; url={iri_to_uri(target)}"
    return guarded(response)


def _asked_here(request: HttpRequest, token: LoginToken) -> bool:
    return bool(token.browser_hash) and token.browser_hash == browser_hash(request)


def _verify_page(
    request: HttpRequest, state: str, token: LoginToken | None, secret: str, *, notice: str = ""
) -> HttpResponse:
    if state == "issued" and token is not None:
        state = "checking" if _asked_here(request, token) else "confirm"
    context = {
        "state": state,
        "title": TITLES.get(state) or dead_link_title(state),
        "auto": state == "checking",
        "token": secret,
        "notice": notice,
        "masked_email": mask_address(token.email) if token else "",
        "current_email": request.user.email if request.user.is_authenticated else "",
        "redirect_to": (token.next_path if token else "") or resolve_url("home"),
    }
    return guarded(render(request, "accounts/verify.html", context, status=410 if state in GONE else 200))


@public
@never_cache
@sensitive_post_parameters("token")
@require_POST
def verify_resend(request: HttpRequest) -> HttpResponse:
    """A new link in place of a dead one, in one click."""
    secret = request.POST.get("token", "")
    token = tokens.find_by_secret(secret, LoginToken.Purpose.LOGIN)
    if token is None:
        return redirect("accounts:auth")
    try:
        # Forwarded, it tells its address to nobody but the browser that typed it.
        return ask(
            request, token.email, token.next_path, masked=token.masked or not _asked_here(request, token)
        )
    except LimitedError as limited:
        state, notice = state_for(request, token), wait_sentence(limited.retry_after)
        return too_many(_verify_page(request, state, token, secret, notice=notice), limited)


@public
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End this browser's sign-in."""
    if request.user.is_authenticated:
        services.sign_out(request)
        messages.success(request, _("You are signed out."))
    return redirect("accounts:auth")
