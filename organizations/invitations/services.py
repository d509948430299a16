"""Inviting somebody, again, and not after all."""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from accounts.login.browser import requester_with
from accounts.models import LoginToken, User
from core.audit.services import record_event
from organizations.invitations.emails import send_invitation
from organizations.models import Invitation, Membership, Organization
from organizations.permissions import Role, reach


class AlreadyThereError(Exception):
    """The address needs no invitation; `state` says why: `member`, or `invited` already."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


def invite(*, actor: Membership, address: str, role: Role) -> Invitation:
    """Offer a place to an address (normalised), and hand the mail to the queue.

    Raises PermissionDenied for a role out of the actor's reach, AlreadyThereError where there is nothing to offer.
    """
    organization = actor.organization
    if role not in reach(actor.role):
        raise PermissionDenied
    if Membership.objects.for_organization(organization).filter(user__email=address).exists():
        raise AlreadyThereError("member")
    try:
        with transaction.atomic():
            link = _new_link(organization, address)
            invitation = Invitation.objects.create(
                organization=organization, email=address, role=role, invited_by=actor.user, token=link
            )
            send_invitation.enqueue(str(link.id))
            _record("organizations.invited", actor, invitation)
    except IntegrityError:  # the constraint knows of an open one, also of one that was made this instant
        raise AlreadyThereError("invited") from None
    return invitation


def invite_again(*, actor: Membership, invitation_id: uuid.UUID) -> Invitation:
    """Send an open invitation anew; the earlier link dies. Raises Http404 where there is none, or PermissionDenied."""
    with transaction.atomic():
        invitation = _open(actor, invitation_id)
        _end_link(invitation)
        link = _new_link(actor.organization, invitation.email)
        if not Invitation.objects.open().filter(id=invitation.id).update(token=link):
            raise Http404
        send_invitation.enqueue(str(link.id))
        _record("organizations.invited_again", actor, invitation)
        return invitation


def withdraw(*, actor: Membership, invitation_id: uuid.UUID) -> Invitation:
    """Take an open invitation back; its link dies. Raises Http404 where there is none, or PermissionDenied."""
    with transaction.atomic():
        invitation = _open(actor, invitation_id)
        # The link before the invitation, as whoever accepts takes them: nothing waits in a circle.
        _end_link(invitation)
        if not Invitation.objects.open().filter(id=invitation.id).update(withdrawn_at=timezone.now()):
            raise Http404
        _record("organizations.invitation_withdrawn", actor, invitation)
        return invitation


def _open(actor: Membership, invitation_id: uuid.UUID) -> Invitation:
    """An open invitation of the actor's organisation, to a role in the actor's reach."""
    mine = Invitation.objects.for_organization(actor.organization).open()
    invitation = mine.filter(id=invitation_id).first()
    if invitation is None:
        raise Http404
    if invitation.role not in reach(actor.role):
        raise PermissionDenied
    return invitation


def _new_link(organization: Organization, address: str) -> LoginToken:
    """A link in the language of whoever gets it: their own, or that of the organisation for somebody new."""
    user = User.objects.for_address(address)
    requester = requester_with("")
    return LoginToken.objects.create(
        purpose=LoginToken.Purpose.INVITATION,
        email=address,
        user=user,
        locale=user.locale if user else organization.locale,
        ip=requester.ip,
        user_agent=requester.user_agent,
    )


def _end_link(invitation: Invitation) -> None:
    if invitation.token_id is not None:
        LoginToken.objects.unfinished().filter(id=invitation.token_id).update(superseded_at=timezone.now())


def _record(action: str, actor: Membership, invitation: Invitation) -> None:
    record_event(
        action,
        actor=actor.user,
        subject=invitation,
        organization_id=invitation.organization_id,
        role=invitation.role,
    )
