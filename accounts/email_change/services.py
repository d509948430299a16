"""Another e-mail address: confirmed at the new one, told to the old one, undone from there within three days."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.login.browser import Asker
from accounts.login.emails import send_change_link, send_undo_link
from accounts.login.services import RefusedError, use_link
from accounts.models import AuthSession, LoginToken, User
from core.audit.services import record_event

Purpose = LoginToken.Purpose


@transaction.atomic
def request_change(user: User, address: str, asker: Asker) -> LoginToken:
    """Ask the new address (normalised) to confirm. Whether somebody else has it already is not told here."""
    LoginToken.objects.unfinished().filter(user=user, purpose=Purpose.EMAIL_CHANGE).update(
        superseded_at=timezone.now()
    )
    token = LoginToken.objects.create(
        purpose=Purpose.EMAIL_CHANGE,
        email=address,
        user=user,
        locale=user.locale,
        browser_hash=asker.browser_hash,
        ip=asker.ip,
        user_agent=asker.user_agent,
    )
    send_change_link.enqueue(str(token.id))
    record_event("accounts.address_change_asked", actor=user)
    return token


def awaited_address(user: User) -> str:
    """The address that was asked for and may still be confirmed; empty where none is."""
    asked = LoginToken.objects.unfinished().filter(user=user, purpose=Purpose.EMAIL_CHANGE).first()
    return asked.email if asked and asked.state != "expired" else ""


def confirm_change(token: LoginToken) -> User:
    """Make the new address the person's own. Raises RefusedError; a failure leaves everything as it was."""
    try:
        with transaction.atomic():
            user = _locked_user(token)
            use_link(token, Purpose.EMAIL_CHANGE, user=user, via=LoginToken.Via.LINK)
            old = user.email
            user.email = token.email
            user.mail_trouble, user.mail_trouble_at = "", None
            user.save(update_fields=["email", "mail_trouble", "mail_trouble_at"])
            _end_pending(user, old)
            undo = LoginToken.objects.create(
                purpose=Purpose.EMAIL_UNDO, email=old, user=user, locale=user.locale, ip=token.ip
            )
            send_undo_link.enqueue(str(undo.id))
            record_event("accounts.address_changed", actor=user)
            return user
    except IntegrityError:
        raise RefusedError("taken") from None


def undo_change(token: LoginToken) -> User:
    """Give the person the old address back, and end every sign-in: whoever changed it may still be in one.

    Undoing takes with it whatever was changed, or could still be undone, since then: a thief who moved the account on
    twice cannot move it back from the address in the middle.
    """
    try:
        with transaction.atomic():
            user = _locked_user(token)
            use_link(token, Purpose.EMAIL_UNDO, user=user, via=LoginToken.Via.LINK)
            taken_from, user.email = user.email, token.email
            user.save(update_fields=["email"])
            _end_pending(user, taken_from)
            LoginToken.objects.unfinished().filter(
                user=user, purpose=Purpose.EMAIL_UNDO, created_at__gte=token.created_at
            ).exclude(id=token.id).update(superseded_at=timezone.now())
            AuthSession.objects.of(user).revoke("address_undone")
            record_event("accounts.address_change_undone", subject=user)
            return user
    except IntegrityError:
        raise RefusedError("taken") from None


def _locked_user(token: LoginToken) -> User:
    """The person, locked before the link: the order everywhere, so that nothing waits in a circle."""
    user = User.objects.select_for_update().filter(pk=str(token.user_id), is_active=True).first()
    if user is None:
        raise RefusedError("expired")
    return user


def _end_pending(user: User, left_address: str) -> None:
    """Links on their way to the address the person leaves, and other changes asked for, die with the change."""
    pending = LoginToken.objects.unfinished()
    pending.filter(email=left_address, purpose=Purpose.LOGIN).update(superseded_at=timezone.now())
    pending.filter(user=user, purpose=Purpose.EMAIL_CHANGE).update(superseded_at=timezone.now())
