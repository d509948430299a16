"""The profile page: name, picture, address, closing the account."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.email_change.forms import AddressForm
from accounts.email_change.rate_limits import hit_change
from accounts.email_change.services import awaited_address, request_change
from accounts.login.browser import browser_secret, requester_with
from accounts.models import Avatar, User
from accounts.profile.avatars import PER_USER, read_picture, remove_avatar, set_avatar
from accounts.profile.closure import ClosingRefusedError, close_account, find_obstacles
from accounts.profile.forms import AvatarForm, CloseForm, ProfileForm
from accounts.requests import SignedInRequest
from accounts.sessions.redirects import redirect_after_sign_out
from core.audit.services import record_event
from core.security.rate_limits import LimitedError, hit
from core.web.forms import save_changes
from core.web.rate_limit_responses import too_many, wait_sentence


def _page(request: SignedInRequest, status: int = 200, **forms: Any) -> HttpResponse:
    context = {
        "form": ProfileForm(instance=User.objects.get(pk=request.user.pk)),
        "avatar_form": AvatarForm(),
        "address_form": AddressForm(user=request.user),
        "awaited_address": awaited_address(request.user),
        "close_form": CloseForm(user=request.user),
        "obstacles": find_obstacles(request.user),
    }
    return render(request, "accounts/profile.html", context | forms, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    """Show all forms of the page; save name, language and time zone."""
    if request.method != "POST":
        return _page(request)
    form = ProfileForm(request.POST, instance=User.objects.get(pk=request.user.pk))
    if not form.is_valid():
        return _page(request, status=422, form=form)
    user = save_changes(form)
    if form.changed_data:
        record_event("accounts.profile_changed", actor=user, fields=form.changed_data)
    # In the language just chosen.
    with override(user.locale):
        messages.success(request, _("Your profile is saved."))
        return HttpResponseRedirect(reverse("accounts:profile"))


@require_POST
def avatar(request: SignedInRequest) -> HttpResponse:
    """Set or remove the picture."""
    if "remove" in request.POST:
        remove_avatar(request.user)
        messages.success(request, _("Your picture is removed."))
        return redirect("accounts:profile")
    form = AvatarForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["picture"]
        try:
            hit(PER_USER, str(request.user.pk))
            set_avatar(request.user, read_picture(upload.file, upload.size))
        except LimitedError as limited:
            form.add_error("picture", wait_sentence(limited.retry_after))
            return too_many(_page(request, avatar_form=form), limited)
        except ValidationError as refusal:
            form.add_error("picture", refusal)
        else:
            messages.success(request, _("Your picture is saved."))
            return redirect("accounts:profile")
    return _page(request, status=429 if form.has_error("picture", "busy") else 422, avatar_form=form)


@require_safe
@cache_control(private=True, immutable=True, max_age=365 * 24 * 3600)
def picture(request: HttpRequest, digest: str) -> HttpResponse:
    """A user's picture by its digest. Only for signed-in users; the URL does not say which user it shows."""
    found = Avatar.objects.filter(digest=digest).first()
    if found is None:
        raise Http404
    return HttpResponse(bytes(found.picture), content_type="image/webp")


@require_POST
def address(request: SignedInRequest) -> HttpResponse:
    """Request an address change, which the new address has to confirm."""
    form = AddressForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, status=422, address_form=form)
    requester = requester_with(browser_secret(request))
    try:
        hit_change(request.user, form.cleaned_data["email"], requester.browser_hash)
    except LimitedError as limited:
        form.add_error("email", wait_sentence(limited.retry_after))
        return too_many(_page(request, address_form=form), limited)
    request_change(request.user, form.cleaned_data["email"], requester)
    messages.success(
        request, _("Open the link that was sent to the new address: it then replaces the old one.")
    )
    return redirect("accounts:profile")


@require_POST
def close(request: SignedInRequest) -> HttpResponse:
    """Close the account, confirmed by its typed address."""
    form = CloseForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            close_account(request, request.user)
        except ClosingRefusedError as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("Your account is closed. Goodbye, and thank you."))
            return redirect_after_sign_out()
    return _page(request, status=422, close_form=form)
