"""The team page, and changing roles, removing members and leaving."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organizations.access import OrganizationRequest, organization_view
from organizations.forms import InviteForm
from organizations.locks import LastOwnerError, is_only_owner
from organizations.models import Invitation, Membership
from organizations.permissions import Permission, Role, reach
from organizations.team import services


def team_page(
    request: OrganizationRequest, form: InviteForm | None = None, status: int = 200
) -> HttpResponse:
    """The members; with TEAM_MANAGE also the open invitations and `form`, or an empty one."""
    membership = request.membership
    reachable = reach(membership.role)
    members = list(Membership.objects.for_organization(request.organization))
    owners = [member for member in members if member.role == Role.OWNER]
    context: dict[str, Any] = {
        "organization": request.organization,
        "membership": membership,
        "members": members,
        "may_step_down": membership.role == Role.OWNER and len(owners) > 1,
        "roles": [role for role in reversed(Role) if role in reachable],
        "reachable": {role.value for role in reachable},
    }
    if membership.may(Permission.TEAM_MANAGE):
        context["unreachable"] = [member for member in members if member.user.mail_trouble]
        context["form"] = form or InviteForm(actor=membership)
        context["invitations"] = list(Invitation.objects.for_organization(request.organization).open())
    return render(request, "organizations/team.html", context, status=status)


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def show(request: OrganizationRequest) -> HttpResponse:
    """Show the team page."""
    return team_page(request)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.TEAM_MANAGE)
def change_role(request: OrganizationRequest, member_id: uuid.UUID) -> HttpResponse:
    """POST gives a member another role; GET asks first, where the actor could not take the change back alone."""
    target = get_object_or_404(Membership.objects.for_organization(request.organization), id=member_id)
    if request.method != "POST":
        return _ask_about_role(request, target, request.GET.get("role", ""))
    role = request.POST.get("role", "")
    if role not in Role.values:
        raise BadRequest("no such role")
    if _is_final(request.membership, target, role) and "confirmed" not in request.POST:
        return redirect(f"{request.path}?role={role}")
    return _change_role(request, member_id, Role(role))


def _is_final(actor: Membership, target: Membership, role: str) -> bool:
    """Whether only another owner could undo the change: a new owner may remove the actor, who may give up a role."""
    return role != target.role and (role == Role.OWNER or target.id == actor.id)


def _ask_about_role(request: OrganizationRequest, target: Membership, role: str) -> HttpResponse:
    if not {target.role, role} <= set(reach(request.membership.role)):
        raise PermissionDenied
    if not _is_final(request.membership, target, role):
        return redirect("organizations:team", slug=request.organization.slug)
    context = {
        "organization": request.organization,
        "membership": request.membership,
        "target": target,
        "role": Role(role),
        "is_own": target.id == request.membership.id,
    }
    return render(request, "organizations/change_role.html", context)


def _change_role(request: OrganizationRequest, member_id: uuid.UUID, role: Role) -> HttpResponse:
    try:
        changed = services.change_role(actor=request.membership, member_id=member_id, role=role)
    except LastOwnerError:
        messages.error(request, _last_owner())
    else:
        values = {"name": changed.user.display_name, "role": changed.get_role_display()}
        messages.success(request, _("%(name)s now has the role: %(role)s.") % values)
    return redirect("organizations:team", slug=request.organization.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.TEAM_MANAGE)
def remove(request: OrganizationRequest, member_id: uuid.UUID) -> HttpResponse:
    """GET asks for confirmation, POST removes the member."""
    if member_id == request.membership.id:
        return redirect("organizations:team-leave", slug=request.organization.slug)
    target = get_object_or_404(Membership.objects.for_organization(request.organization), id=member_id)
    if target.role not in reach(request.membership.role):
        raise PermissionDenied
    if request.method != "POST":
        context = {"organization": request.organization, "membership": request.membership, "target": target}
        return render(request, "organizations/remove.html", context)
    try:
        removed = services.remove_member(actor=request.membership, member_id=member_id)
    except LastOwnerError:
        messages.error(request, _last_owner())
    else:
        messages.success(request, _("%(name)s no longer has access.") % {"name": removed.user.display_name})
    return redirect("organizations:team", slug=request.organization.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.CONSOLE_VIEW)
def leave(request: OrganizationRequest) -> HttpResponse:
    """GET asks for confirmation, or tells an only owner what to do first; POST ends the user's own membership."""
    if request.method != "POST":
        context = {
            "organization": request.organization,
            "membership": request.membership,
            "is_only_owner": is_only_owner(request.membership),
        }
        return render(request, "organizations/leave.html", context)
    try:
        services.leave_organization(actor=request.membership)
    except LastOwnerError:
        messages.error(request, _last_owner())
        return redirect("organizations:team", slug=request.organization.slug)
    messages.success(request, _("You have left %(name)s.") % {"name": request.organization.name})
    return redirect("home")


def _last_owner() -> str:
    return _("An organisation needs an owner. Name another one first.")
