"""The page that requests a link, and the page after it, which takes the code."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST

from accounts.addresses import mask_address
from accounts.login import rate_limits
from accounts.login.browser import browser_hash
from accounts.login.code import MAX_ATTEMPTS, WrongCodeError, redeem_code
from accounts.login.forms import CodeForm, RequestForm, SignInForm, safe_next
from accounts.login.services import start_login
from accounts.models import LoginToken
from accounts.sessions.redirects import EXPIRED
from core.security.rate_limits import LimitedError
from core.web.inline_styles import inlines_sheet
from core.web.page_cache import cached_page
from core.web.public_views import public
from core.web.rate_limit_responses import too_many, wait_sentence


@public
@gzip_page  # holds no secret but the CSRF token, which Django masks anew in each answer
@never_cache
@inlines_sheet("public")
@require_http_methods(["GET", "HEAD", "POST"])
def auth(request: HttpRequest) -> HttpResponse:
    """Request a link; the answer is the same for every address. A signed-in user is redirected to `next`."""
    if request.method == "POST":
        return _submit_address(request)
    if request.user.is_authenticated:
        return redirect(safe_next(request.GET.get("next", "")) or "home")
    if request.GET:
        return _auth_page(request, SignInForm(initial={"next": request.GET.get("next", "")}))
    return cached_page(request, lambda: _auth_page(request, SignInForm()), key=("auth", settings.AVA_SIGNUP))


def _submit_address(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _auth_page(request, form, status=422)
    try:
        return start_login(request, form.cleaned_data["email"], form.cleaned_data["next"])
    except LimitedError as limited:
        form.add_error(None, wait_sentence(limited.retry_after))
        return too_many(_auth_page(request, form, retry_in=limited.retry_after), limited)


def _auth_page(
    request: HttpRequest, form: SignInForm, *, status: int = 200, retry_in: int = 0
) -> HttpResponse:
    context = {
        "form": form,
        "signup_open": settings.AVA_SIGNUP == "open",
        "retry_in": retry_in,
        "session_expired": EXPIRED in request.GET,
    }
    return render(request, "accounts/auth.html", context, status=status)


@public
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def sent(request: HttpRequest) -> HttpResponse:
    """Say that the link was sent, and take its code. Any other browser is sent back to the sign-in page."""
    data = request.POST if request.method == "POST" else request.GET
    token = _request_of_this_browser(request, data.get("request", ""))
    if token is None:
        return redirect("accounts:auth")
    if token.state == "used" and request.user.is_authenticated and request.user.pk == token.user_id:
        # Back in the browser's history, or signed in by the link in another tab.
        return redirect(token.next_path or "home")
    return _sign_in_by_code(request, token) if request.method == "POST" else _sent_page(request, token)


def _sign_in_by_code(request: HttpRequest, token: LoginToken) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _sent_page(request, token, form=form, status=422)
    try:
        redeem_code(request, token, form.cleaned_data["code"])
    except WrongCodeError as wrong:
        if not wrong.left:
            return _sent_page(request, token, notice=_code_sentence(0), takes_code=False, status=422)
        form.add_error("code", _code_sentence(wrong.left))
        form.data = {"request": token.id}  # empties the field: its cells take no digit while they are full
        return _sent_page(request, token, form=form, status=422)
    return HttpResponseRedirect(token.next_path or resolve_url("home"), status=303)


def _code_sentence(left: int) -> str:
    if left == 0:
        return _("This code no longer works. Use the link in the e-mail, or ask for a new one.")
    text = ngettext(
        "That is not the code. %(count)d try left.", "That is not the code. %(count)d tries left.", left
    )
    return text % {"count": left}


def _request_of_this_browser(request: HttpRequest, request_id: str) -> LoginToken | None:
    try:
        found = LoginToken.objects.filter(id=uuid.UUID(request_id), browser_hash=browser_hash(request))
    except ValueError:
        return None
    login = found.filter(purpose=LoginToken.Purpose.LOGIN)
    return login.exclude(browser_hash="").select_related("user").first()


def _sent_page(
    request: HttpRequest,
    token: LoginToken,
    *,
    form: CodeForm | None = None,
    takes_code: bool = True,
    status: int = 200,
    notice: str = "",
    resend_in: int = 0,
) -> HttpResponse:
    length = rate_limits.COOL_DOWN.per
    # Never longer than its length, even if the clock was fast when the link was requested.
    wait = min(max(length - (timezone.now() - token.created_at), timedelta()), length)
    takes_code = takes_code and token.code_attempts < MAX_ATTEMPTS
    context = {
        "email": mask_address(token.email) if token.masked else token.email,
        "notice": notice,
        "code_form": (form or CodeForm(initial={"request": token.id})) if takes_code else None,
        "code_action": reverse("accounts:sent"),
        "resend_form": RequestForm(initial={"request": token.id}),
        "resend_action": reverse("accounts:resend"),
        "resend_in": resend_in or -(-int(wait.total_seconds() * 10) // 10),
    }
    return render(request, "accounts/sent.html", context, status=status)


@public
@never_cache
@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """Request another link with the address of the first."""
    token = _request_of_this_browser(request, request.POST.get("request", ""))
    if token is None:
        return redirect("accounts:auth")
    try:
        response = start_login(request, token.email, token.next_path, masked=token.masked)
    except LimitedError as limited:
        page = _sent_page(
            request, token, notice=wait_sentence(limited.retry_after), resend_in=limited.retry_after
        )
        return too_many(page, limited)
    messages.success(request, _("Asked again: check your mail in a moment."))
    return response
