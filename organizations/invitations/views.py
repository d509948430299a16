"""Inviting, inviting again and withdrawing, from the team page."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.security.rate_limits import LimitedError
from core.web.rate_limit_responses import too_many, wait_sentence
from organizations.access import OrganizationRequest, organization_view
from organizations.forms import InviteForm
from organizations.invitations import services
from organizations.invitations.rate_limits import COOL_DOWN, hit_invitation
from organizations.invitations.services import AlreadyThereError
from organizations.models import Invitation
from organizations.permissions import Permission, Role
from organizations.team.views import team_page


@require_POST
@organization_view(Permission.TEAM_MANAGE)
def invite(request: OrganizationRequest) -> HttpResponse:
    """Invite an address with a role, an owner only when confirmed; wrong input is shown on the team page."""
    form = InviteForm(request.POST, actor=request.membership)
    if "change" in request.POST or not form.is_valid():
        return team_page(request, form, status=200 if form.is_valid() else 422)
    if form.cleaned_data["role"] == Role.OWNER and "confirmed" not in request.POST:
        return _ask_about_owner(request, form)
    return _invite(request, form)


def _ask_about_owner(request: OrganizationRequest, form: InviteForm) -> HttpResponse:
    context = {
        "organization": request.organization,
        "membership": request.membership,
        "invited": form.cleaned_data,
    }
    return render(request, "organizations/invite_owner.html", context)


def _invite(request: OrganizationRequest, form: InviteForm) -> HttpResponse:
    address = form.cleaned_data["email"]
    try:
        hit_invitation(request.membership, address)
        services.invite(
            actor=request.membership,
            address=address,
            role=form.cleaned_data["role"],
            locale=form.cleaned_data["locale"],
        )
    except LimitedError as limited:
        form.add_error(None, _limit_sentence(limited, address))
        return too_many(team_page(request, form), limited)
    except AlreadyThereError as already:
        form.add_error("email", _already_there(already.state))
        return team_page(request, form, status=422)
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": address})
    return redirect("organizations:team", slug=request.organization.slug)


def _limit_sentence(limited: LimitedError, address: str) -> str:
    """Why no invitation is mailed now. Pressing the button twice is no attempt too many."""
    if limited.limit != COOL_DOWN:
        return wait_sentence(limited.retry_after)
    text = ngettext(
        "An invitation has just been sent to %(email)s. You can send it again in %(count)d second.",
        "An invitation has just been sent to %(email)s. You can send it again in %(count)d seconds.",
        limited.retry_after,
    )
    return text % {"email": address, "count": limited.retry_after}


def _already_there(state: str) -> str:
    if state == "member":
        return _("This person is in the team already.")
    return _("This person is invited already. You can send the invitation again from the list.")


@require_POST
@organization_view(Permission.TEAM_MANAGE)
def invite_again(request: OrganizationRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Mail an open invitation again, with a new link."""
    invitations = Invitation.objects.for_organization(request.organization).open()
    invitation = get_object_or_404(invitations, id=invitation_id)
    try:
        hit_invitation(request.membership, invitation.email)
    except LimitedError as limited:
        messages.error(request, _limit_sentence(limited, invitation.email))
        return too_many(team_page(request), limited)
    services.invite_again(actor=request.membership, invitation_id=invitation_id)
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": invitation.email})
    return redirect("organizations:team", slug=request.organization.slug)


@require_POST
@organization_view(Permission.TEAM_MANAGE)
def withdraw(request: OrganizationRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Withdraw an open invitation."""
    services.withdraw(actor=request.membership, invitation_id=invitation_id)
    messages.success(request, _("The invitation is withdrawn; its link no longer works."))
    return redirect("organizations:team", slug=request.organization.slug)
