"""The page on which people choose what they are told by e-mail, for each of their organisations."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from desk.notices.forms import NoticeForm
from desk.notices.models import choice_of
from desk.notices.services import save_choice
from organizations.models import Membership


@require_safe
def choices(request: SignedInRequest) -> HttpResponse:
    """Show a form for each organisation of the user."""
    return _page(request)


@require_POST
def save(request: SignedInRequest, membership_id: uuid.UUID) -> HttpResponse:
    """Save the wishes for one organisation."""
    membership = get_object_or_404(Membership.objects.of(request.user), id=membership_id)
    form = _form(membership, request.POST)
    if not form.is_valid():
        return _page(request, status=422, refused=form)
    save_choice(form.save(commit=False))
    messages.success(request, _("Your choice of e-mails is saved."))
    return redirect("notices:choices")


def _form(membership: Membership, data: Any = None) -> NoticeForm:
    return NoticeForm(data, instance=choice_of(membership), prefix=membership.id.hex)


def _page(request: SignedInRequest, *, status: int = 200, refused: NoticeForm | None = None) -> HttpResponse:
    memberships = Membership.objects.of(request.user).select_related("user", "notice_choice")
    forms = [
        refused if refused and refused.instance.membership_id == membership.id else _form(membership)
        for membership in memberships
    ]
    context = {"forms": forms, "has_bounced": bool(request.user.mail_trouble)}
    return render(request, "desk/notices/choices.html", context, status=status)
