"""Who belongs here, and what an organisation's people may change about that."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.security.rate_limits import LimitedError
from core.web.rate_limit_responses import too_many, wait_sentence
from organizations.access import OrganizationRequest, organization_view
from organizations.forms import InviteForm
from organizations.invitations import services as invitation_services
from organizations.invitations.rate_limits import hit_invitation
from organizations.invitations.services import AlreadyThereError
from organizations.locks import LastOwnerError
from organizations.models import Invitation, Membership
from organizations.permissions import Permission, Role, reach
from organizations.team import services as team_services

ASK_OR_DO = ["GET", "HEAD", "POST"]


def _page(request: OrganizationRequest, form: InviteForm | None = None, status: int = 200) -> HttpResponse:
    member = request.membership
    manages = member.may(Permission.TEAM_MANAGE)
    reachable = reach(member.role)
    context: dict[str, Any] = {
        "organization": request.organization,
        "membership": member,
        "members": list(Membership.objects.for_organization(request.organization)),
        "roles": [role for role in reversed(Role) if role in reachable],
        "reachable": {role.value for role in reachable},
    }
    if manages:
        context["form"] = form or InviteForm(member=member)
        context["invitations"] = list(Invitation.objects.for_organization(request.organization).open())
    return render(request, "organizations/team.html", context, status=status)


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def show(request: OrganizationRequest) -> HttpResponse:
    """The people; with the right to it, also the invitations and the ways to change things."""
    return _page(request)


@require_POST
@organization_view(Permission.TEAM_MANAGE)
def invite(request: OrganizationRequest) -> HttpResponse:
    """Offer somebody a place."""
    form = InviteForm(request.POST, member=request.membership)
    if not form.is_valid():
        return _page(request, form, status=422)
    address, role = form.cleaned_data["email"], form.cleaned_data["role"]
    try:
        hit_invitation(request.organization, address)
        invitation_services.invite(actor=request.membership, address=address, role=role)
    except LimitedError as limited:
        form.add_error(None, wait_sentence(limited.retry_after))
        return too_many(_page(request, form), limited)
    except AlreadyThereError as already:
        form.add_error("email", _already(already.state))
        return _page(request, form, status=422)
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": address})
    return redirect("organizations:team", slug=request.organization.slug)


def _already(state: str) -> str:
    if state == "member":
        return _("This person is in the team already.")
    return _("This person is invited already. You can send the invitation again from the list.")


@require_POST
@organization_view(Permission.TEAM_MANAGE)
def invite_again(request: OrganizationRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Send an invitation anew."""
    open_ones = Invitation.objects.for_organization(request.organization).open()
    invitation = get_object_or_404(open_ones, id=invitation_id)
    try:
        hit_invitation(request.organization, invitation.email)
    except LimitedError as limited:
        messages.error(request, wait_sentence(limited.retry_after))
        return too_many(_page(request), limited)
    invitation_services.invite_again(actor=request.membership, invitation_id=invitation_id)
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": invitation.email})
    return redirect("organizations:team", slug=request.organization.slug)


@require_POST
@organization_view(Permission.TEAM_MANAGE)
def withdraw(request: OrganizationRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Take an invitation back."""
    invitation_services.withdraw(actor=request.membership, invitation_id=invitation_id)
    messages.success(request, _("The invitation is withdrawn; its link no longer works."))
    return redirect("organizations:team", slug=request.organization.slug)


@require_POST
@organization_view(Permission.TEAM_MANAGE)
def change_role(request: OrganizationRequest, member_id: uuid.UUID) -> HttpResponse:
    """Give somebody another role."""
    role = request.POST.get("role", "")
    if role not in Role.values:
        raise BadRequest("no such role")
    try:
        changed = team_services.change_role(actor=request.membership, member_id=member_id, role=Role(role))
    except LastOwnerError:
        messages.error(request, _last_owner())
    else:
        values = {"name": changed.user.display_name, "role": changed.get_role_display()}
        messages.success(request, _("%(name)s now has the role: %(role)s.") % values)
    return redirect("organizations:team", slug=request.organization.slug)


@require_http_methods(ASK_OR_DO)
@organization_view(Permission.TEAM_MANAGE)
def remove(request: OrganizationRequest, member_id: uuid.UUID) -> HttpResponse:
    """Ask whether somebody shall go; then they are out."""
    if member_id == request.membership.id:
        return redirect("organizations:team-leave", slug=request.organization.slug)
    target = get_object_or_404(Membership.objects.for_organization(request.organization), id=member_id)
    if target.role not in reach(request.membership.role):
        raise PermissionDenied
    if request.method != "POST":
        context = {"organization": request.organization, "membership": request.membership, "target": target}
        return render(request, "organizations/remove.html", context)
    try:
        removed = team_services.remove_member(actor=request.membership, member_id=member_id)
    except LastOwnerError:
        messages.error(request, _last_owner())
    else:
        messages.success(request, _("%(name)s no longer has access.") % {"name": removed.user.display_name})
    return redirect("organizations:team", slug=request.organization.slug)


@require_http_methods(ASK_OR_DO)
@organization_view(Permission.CONSOLE_VIEW)
def leave(request: OrganizationRequest) -> HttpResponse:
    """Ask whether one wants to go oneself; then one is out."""
    if request.method != "POST":
        context = {"organization": request.organization, "membership": request.membership}
        return render(request, "organizations/leave.html", context)
    try:
        team_services.leave_organization(member=request.membership)
    except LastOwnerError:
        messages.error(request, _last_owner())
        return redirect("organizations:team", slug=request.organization.slug)
    messages.success(request, _("You have left %(name)s.") % {"name": request.organization.name})
    return redirect("home")


def _last_owner() -> str:
    return _("An organisation needs an owner. Name another one first.")
