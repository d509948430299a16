"""Accepting an invitation, once."""

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.login.services import RefusedError, lock_or_create_user, sign_in, use_link, user_of_link
from accounts.models import LoginToken, User
from core.audit.services import record_event
from organizations.audit_log.services import record_by
from organizations.models import Invitation, Membership


class SignInFirstError(Exception):
    """The address has an account, and this browser is not signed in to it."""


def accept(request: HttpRequest, token: LoginToken) -> Membership:
    """Make the user of the link's address a member, and return the membership.

    The link proves the address, so it creates a missing account and signs the browser in to it. It does not sign in to
    an existing account, since it is valid for days and may be forwarded: raises SignInFirstError then. Raises
    RefusedError where the link was used, replaced, withdrawn or expired. A failure leaves the link unused.
    """
    try:
        with transaction.atomic():
            return _accept(request, token)
    except RefusedError as refusal:
        # After the rollback, which would remove the event too.
        invitation = Invitation.objects.of_link(token)
        record_event(
            "organizations.invitation_refused",
            subject=invitation or user_of_link(token),
            organization_id=invitation.organization_id if invitation else None,
            reason=refusal.state,
        )
        raise


def _accept(request: HttpRequest, token: LoginToken) -> Membership:
    user, is_created = lock_or_create_user(token)
    use_link(token, LoginToken.Purpose.INVITATION, user=user, via=LoginToken.Via.LINK)
    invitation = Invitation.objects.of_link(token)
    if invitation is None or not _close(invitation):
        raise RefusedError("withdrawn")
    if not (is_created or request.user.pk == user.pk):
        raise SignInFirstError
    membership = _join(invitation, user)
    if is_created:
        user.timezone = invitation.organization.timezone
        user.save(update_fields=["timezone"])
        sign_in(request, user, token=token, via=LoginToken.Via.LINK, is_new_device=False)
    record_by(membership, "organizations.joined", user, role=membership.role)
    return membership


def _close(invitation: Invitation) -> bool:
    return bool(Invitation.objects.open().filter(id=invitation.id).update(accepted_at=timezone.now()))


def _join(invitation: Invitation, user: User) -> Membership:
    # A member keeps the role they have.
    membership, _made = Membership.objects.get_or_create(
        organization=invitation.organization, user=user, defaults={"role": invitation.role}
    )
    # So that signing in leads to this organisation.
    Membership.objects.mark_used(membership)
    return membership
