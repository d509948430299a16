"""Taking an offered place: once, whoever else tries at the same moment."""

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.browsers import browser_hash
from accounts.models import LoginToken, User
from accounts.sign_in import RefusedError, enter, lock_person, use_link
from accounts.statements import is_new_device
from core import audit
from organizations.models import Invitation, Membership


def accept(request: HttpRequest, token: LoginToken) -> Membership:
    """Take the place that a link offers, sign this browser in as whom it was mailed to, and give the place back.

    The link proves the address, so an account is made where there is none. All or nothing: a failure leaves the link
    as it was. Raises RefusedError where it was used, replaced, withdrawn or expired meanwhile; that is written down
    after the rollback.
    """
    try:
        with transaction.atomic():
            return _accept(request, token)
    except RefusedError as refusal:
        invitation = Invitation.objects.of_link(token)
        audit.record(
            "organizations.invitation_refused",
            request=request,
            subject=invitation or token.user,
            organization_id=invitation.organization_id if invitation else None,
            reason=refusal.state,
        )
        raise


def _accept(request: HttpRequest, token: LoginToken) -> Membership:
    user = lock_person(request, token, may_make=True)
    use_link(token, LoginToken.Purpose.INVITATION, user=user, via=LoginToken.Via.LINK)
    invitation = Invitation.objects.of_link(token)
    if invitation is None or not _close(invitation):
        raise RefusedError("withdrawn")
    membership = _place(invitation, user)
    if not is_signed_in(request, token):
        is_new = is_new_device(user, browser_hash(request))
        enter(request, user, token=token, via=LoginToken.Via.LINK, is_new=is_new)
    audit.record(
        "organizations.joined",
        request=request,
        actor=user,
        organization_id=invitation.organization_id,
        role=membership.role,
    )
    return membership


def is_signed_in(request: HttpRequest, token: LoginToken) -> bool:
    """Whether this browser is signed in as whom the link was mailed to."""
    return request.user.is_authenticated and request.user.email == token.email


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
