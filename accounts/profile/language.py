"""The offer to make the language that a user has switched to the language of the account, and of its mails."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.login.forms import safe_next
from accounts.models import User
from accounts.requests import SignedInRequest
from core.audit.services import record_event

DECLINED = "language_offer_declined"  # session key


def offers_language(request: HttpRequest) -> bool:
    """Whether the page is in another language than the account, and its user was not asked in this session."""
    user = request.user
    return user.is_authenticated and user.locale != get_language() and DECLINED not in request.session


@require_POST
def answer(request: SignedInRequest) -> HttpResponse:
    """Save the language that was offered, or ask no more in this session; then return to the page."""
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(locale=language)
        record_event("accounts.profile_changed", actor=request.user, fields=["locale"])
        with override(language):
            messages.success(request, _("Your e-mails come in English from now on."))
    else:
        request.session[DECLINED] = True
    return redirect(safe_next(request.POST.get("next", "")) or "home")
