"""Taking an offered place: once, whoever else tries at the same moment."""

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.login.services import RefusedError, enter, lock_person, person_of, use_link
from accounts.models import LoginToken, User
from core.audit.services import record_event
from organizations.audit_log.services import record_by
from organizations.models import Invitation, Membership


class SignInFirstError(Exception):
    """The address has an account, and this browser is not signed in to it."""


def accept(request: HttpRequest, token: LoginToken) -> Membership:
    """Take the place that a link offers, for whom it was mailed to, and give the place back.

    The link proves the address, so an account is made where there is none, and this browser signed in to it. It opens
    no account that is there already: it lives for days and is passed on to colleagues. Raises SignInFirstError then.
    All or nothing: a failure leaves the link as it was. Raises RefusedError where it was used, replaced, withdrawn or
    expired meanwhile; that is written down after the rollback.
    """
    try:
        with transaction.atomic():
            return _accept(request, token)
    except RefusedError as refusal:
        invitation = Invitation.objects.of_link(token)
        record_event(
            "organizations.invitation_refused",
            subject=invitation or person_of(token),
            organization_id=invitation.organization_id if invitation else None,
            reason=refusal.state,
        )
        raise


def _accept(request: HttpRequest, token: LoginToken) -> Membership:
    user, is_born = lock_person(token, may_make=True)
    use_link(token, LoginToken.Purpose.INVITATION, user=user, via=LoginToken.Via.LINK)
    invitation = Invitation.objects.of_link(token)
    if invitation is None or not _close(invitation):
        raise RefusedError("withdrawn")
    if not (is_born or request.user.pk == user.pk):
        raise SignInFirstError
    membership = _place(invitation, user)
    if is_born:
        enter(request, user, token=token, via=LoginToken.Via.LINK, is_new=False)
    record_by(membership, "organizations.joined", user, role=membership.role)
    return membership


def _close(invitation: Invitation) -> bool:
    return bool(Invitation.objects.open().filter(id=invitation.id).update(accepted_at=timezone.now()))


def _place(invitation: Invitation, user: User) -> Membership:
    """A place with the role offered; somebody who has one already keeps it as it is."""
    membership, _made = Membership.objects.get_or_create(
        organization=invitation.organization, user=user, defaults={"role": invitation.role}
    )
    # The one that signing in leads to.
    Membership.objects.filter(id=membership.id).update(last_used_at=timezone.now())
    return membership
