"""The page on which strangers leave an address while sign-up is closed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from accounts.waiting_list.forms import WaitingForm
from accounts.waiting_list.services import RETENTION, add_address
from core.security.rate_limits import LimitedError
from core.web.inline_styles import inlines_sheet
from core.web.public_views import public
from core.web.rate_limit_responses import too_many, wait_sentence


@public
@gzip_page  # as the sign-in page
@never_cache
@inlines_sheet("public")
@require_http_methods(["GET", "HEAD", "POST"])
def waiting_list(request: HttpRequest) -> HttpResponse:
    """Take an address; the answer is the same for every one. Where sign-up is open, lead to it."""
    if settings.AVA_SIGNUP == "open" or request.user.is_authenticated:
        return redirect("accounts:auth")
    if request.method != "POST":
        return _page(request, WaitingForm())
    form = WaitingForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        add_address(form.cleaned_data["email"])
    except LimitedError as limited:
        form.add_error(None, wait_sentence(limited.retry_after))
        return too_many(_page(request, form), limited)
    return HttpResponseRedirect(reverse("accounts:waiting-list-noted"), status=303)


def _page(request: HttpRequest, form: WaitingForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "days": RETENTION.days}
    return render(request, "accounts/waiting_list.html", context, status=status)


@public
@never_cache
@require_safe
def noted(request: HttpRequest) -> HttpResponse:
    """Say what happens next."""
    return render(request, "accounts/waiting_list_noted.html", {"days": RETENTION.days})
