"""Changing the e-mail address: the new one confirms, the old one is told and can undo it within three days."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.email_change.emails import send_change_link, send_undo_link
from accounts.login.browser import Requester
from accounts.login.services import RefusedError, use_link
from accounts.models import AuthSession, LoginToken, User
from core.audit.services import record_event

Purpose = LoginToken.Purpose


@transaction.atomic
def request_change(user: User, address: str, requester: Requester) -> LoginToken:
    """Ask the new address (normalised) to confirm. Does not reveal whether the address has an account already."""
    LoginToken.objects.unfinished().filter(user=user, purpose=Purpose.EMAIL_CHANGE).update(
        superseded_at=timezone.now()
    )
    token = LoginToken.objects.create(
        purpose=Purpose.EMAIL_CHANGE, email=address, user=user, locale=user.locale, **vars(requester)
    )
    send_change_link.enqueue(str(token.id))
    record_event("accounts.address_change_asked", actor=user)
    return token


def awaited_address(user: User) -> str:
    """The requested address that can still be confirmed; empty if there is none."""
    requested = LoginToken.objects.unfinished().filter(user=user, purpose=Purpose.EMAIL_CHANGE).first()
    return requested.email if requested and requested.state != "expired" else ""


def confirm_change(token: LoginToken) -> User:
    """Make the new address the account's. Raises RefusedError; a failure leaves everything as it was."""
    try:
        with transaction.atomic():
            user = _lock_user(token)
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
    """Give the account its old address back, and end all its sessions: an intruder may hold one.

    This also ends every later change and its undo link: an intruder who changed the address twice cannot take the
    account back from the address in between. Raises RefusedError.
    """
    try:
        with transaction.atomic():
            user = _lock_user(token)
            use_link(token, Purpose.EMAIL_UNDO, user=user, via=LoginToken.Via.LINK)
            left, user.email = user.email, token.email
            user.save(update_fields=["email"])
            _end_pending(user, left)
            LoginToken.objects.unfinished().filter(
                user=user, purpose=Purpose.EMAIL_UNDO, created_at__gte=token.created_at
            ).exclude(id=token.id).update(superseded_at=timezone.now())
            AuthSession.objects.of(user).revoke("address_undone")
            record_event("accounts.address_change_undone", subject=user)
            return user
    except IntegrityError:
        raise RefusedError("taken") from None


def _lock_user(token: LoginToken) -> User:
    # The user before the link, as everywhere: one order of locks cannot deadlock.
    user = User.objects.select_for_update().filter(pk=str(token.user_id), is_active=True).first()
    if user is None:
        raise RefusedError("expired")
    return user


def _end_pending(user: User, left_address: str) -> None:
    pending = LoginToken.objects.unfinished()
    pending.filter(email=left_address, purpose=Purpose.LOGIN).update(superseded_at=timezone.now())
    pending.filter(user=user, purpose=Purpose.EMAIL_CHANGE).update(superseded_at=timezone.now())
