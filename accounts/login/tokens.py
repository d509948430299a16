"""Minting the secret of a link when its mail goes out, and finding the row again by it."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.login import fast_path
from accounts.models import LoginToken
from accounts.secrets import code_digest, digest, new_code, new_secret

LIFETIMES = {
    LoginToken.Purpose.LOGIN: timedelta(minutes=15),
    LoginToken.Purpose.EMAIL_CHANGE: timedelta(hours=1),
    LoginToken.Purpose.EMAIL_UNDO: timedelta(hours=72),
    LoginToken.Purpose.INVITATION: timedelta(days=7),
}
CODE_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True)
class Minted:
    """The secrets of one mail. They live in memory until it is sent, and nowhere else."""

    token: LoginToken
    secret: str
    code: str


def mint(token_id: uuid.UUID) -> Minted | None:
    """Give a requested link its secret and its code, keeping hashes only.

    A retry mints anew: the earlier secret, which may have been lost with its mail, stops working. None where the row
    is gone, used or replaced: there is nothing to send any more.
    """
    secret, code, now = new_secret(), new_code(), timezone.now()
    token = LoginToken.objects.select_related("user").filter(id=token_id).first()
    if token is None:
        return None
    changed = (
        LoginToken.objects.unfinished()
        .filter(id=token_id)
        .update(
            token_hash=digest(secret),
            code_hash=code_digest(token_id, code),
            code_attempts=0,
            code_expires_at=now + CODE_LIFETIME,
            expires_at=now + LIFETIMES[LoginToken.Purpose(token.purpose)],
        )
    )
    return Minted(token, secret, code) if changed else None


def find_by_secret(secret: str, purpose: LoginToken.Purpose) -> LoginToken | None:
    """The row of a mailed link, in whatever state. None for an unknown one, however long or strange."""
    if not secret or len(secret) > 200:
        return None
    return fast_path.find_link(digest(secret), purpose)
