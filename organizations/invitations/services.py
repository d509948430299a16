"""Inviting an address, sending the invitation again, and withdrawing it.

Locks are taken in one order, so that no two transactions wait for each other: users, organisation, link, invitation.
Accepting locks the user, the link and the invitation; closing an account locks the user and the organisations.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from accounts.login.browser import requester_with
from accounts.models import LoginToken, User
from organizations.audit_log.services import record_by
from organizations.invitations.emails import send_invitation
from organizations.locks import lock_membership
from organizations.models import Invitation, Membership
from organizations.permissions import Permission, Role, reach


class AlreadyThereError(Exception):
    """The address needs no invitation; `state` is the reason: `member` or `invited`."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


@transaction.atomic
def invite(*, actor: Membership, address: str, role: Role, locale: str) -> Invitation:
    """Invite a normalised address to the actor's organisation; a task mails the link.

    The mail is in the language `locale`, or in that of the account with this address.

    Raises Http404 where the actor's membership has ended, PermissionDenied where the actor may not give the role, and
    AlreadyThereError for a member or an address with an open invitation.
    """
    _lock_users(actor, [address])
    actor = lock_membership(actor, Permission.TEAM_MANAGE)
    organization = actor.organization
    if role not in reach(actor.role):
        raise PermissionDenied
    if Membership.objects.for_organization(organization).filter(user__email=address).exists():
        raise AlreadyThereError("member")
    if Invitation.objects.for_organization(organization).open().filter(email=address).exists():
        raise AlreadyThereError("invited")
    link = _create_link(address, locale)
    invitation = Invitation.objects.create(
        organization=organization, email=address, role=role, invited_by=actor.user, token=link
    )
    send_invitation.enqueue(str(link.id))
    record_by(actor, "organizations.invited", invitation, role=role.value)
    return invitation


@transaction.atomic
def invite_again(*, actor: Membership, invitation_id: uuid.UUID) -> Invitation:
    """Replace the link of an open invitation and mail the new one.

    Raises Http404 where there is no such invitation, PermissionDenied where the actor may not give its role.
    """
    _lock_users(actor, Invitation.objects.filter(id=invitation_id).values("email"))
    actor = lock_membership(actor, Permission.TEAM_MANAGE)
    invitation = _open_invitation(actor, invitation_id)
    _end_link(invitation)
    # The clean-up may have deleted the link, and with it the language chosen for it.
    locale = invitation.token.locale if invitation.token else actor.organization.locale
    link = _create_link(invitation.email, locale)
    if not Invitation.objects.open().filter(id=invitation.id).update(token=link, bounced_at=None):
        raise Http404
    send_invitation.enqueue(str(link.id))
    record_by(actor, "organizations.invited_again", invitation, role=invitation.role)
    return invitation


@transaction.atomic
def withdraw(*, actor: Membership, invitation_id: uuid.UUID) -> Invitation:
    """End an open invitation and its link. Raises like `invite_again`."""
    actor = lock_membership(actor, Permission.TEAM_MANAGE)
    invitation = _open_invitation(actor, invitation_id)
    _end_link(invitation)
    if not Invitation.objects.open().filter(id=invitation.id).update(withdrawn_at=timezone.now()):
        raise Http404
    record_by(actor, "organizations.invitation_withdrawn", invitation, role=invitation.role)
    return invitation


def _lock_users(actor: Membership, addresses: Iterable[Any]) -> None:
    """Lock the users that a new invitation or link refers to.

    PostgreSQL checks a foreign key at commit, by a share lock on the row it names: too late, since the organisation is
    locked by then.
    """
    users = User.objects.filter(Q(id=actor.user_id) | Q(email__in=addresses))
    list(users.select_for_update(no_key=True).order_by("id").values_list("id"))


def _open_invitation(actor: Membership, invitation_id: uuid.UUID) -> Invitation:
    invitations = Invitation.objects.for_organization(actor.organization).open()
    invitation = invitations.filter(id=invitation_id).first()
    if invitation is None:
        raise Http404
    if invitation.role not in reach(actor.role):
        raise PermissionDenied
    return invitation


def _create_link(address: str, locale: str) -> LoginToken:
    user = User.objects.for_address(address)
    requester = requester_with("")
    return LoginToken.objects.create(
        purpose=LoginToken.Purpose.INVITATION,
        email=address,
        user=user,
        locale=user.locale if user else locale,
        ip=requester.ip,
        user_agent=requester.user_agent,
    )


def _end_link(invitation: Invitation) -> None:
    if invitation.token_id is not None:
        LoginToken.objects.unfinished().filter(id=invitation.token_id).update(superseded_at=timezone.now())
