"""Secrets of mailed links: made when the mail is sent, and looked up when the link is opened."""

import uuid
from dataclasses import dataclass

from django.utils import timezone

from accounts.lifetimes import CODE_LIFETIME, LIFETIMES
from accounts.models import LoginToken
from accounts.secrets import code_digest, digest, new_code, new_secret


@dataclass(frozen=True)
class Minted:
    """The secrets of one mail. They are kept in memory until it is sent, and stored nowhere."""

    token: LoginToken
    secret: str
    code: str


def mint(token_id: uuid.UUID) -> Minted | None:
    """Give a requested link its secret and its code, of which only hashes are stored.

    A retry mints again: the earlier secret, which may have been lost with its mail, stops working. The tries of the
    code stay counted, or the asker could see that the mail was sent again. None if the row is gone, used or replaced:
    then there is nothing to send.
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
            code_expires_at=now + CODE_LIFETIME,
            expires_at=now + LIFETIMES[token.purpose],
        )
    )
    return Minted(token, secret, code) if changed else None


def find_by_secret(secret: str, purpose: LoginToken.Purpose) -> LoginToken | None:
    """The row of a mailed link, in whatever state; None for an unknown secret, of any length and characters."""
    if not secret or len(secret) > 200:
        return None
    return LoginToken.objects.filter(token_hash=digest(secret), purpose=purpose).first()


def find_waiting_request(browser_hash: str) -> LoginToken | None:
    """The newest sign-in link that this browser asked for and whose code may still be typed."""
    if not browser_hash:
        return None
    since = timezone.now() - CODE_LIFETIME
    asked = LoginToken.objects.unfinished().filter(
        purpose=LoginToken.Purpose.LOGIN, browser_hash=browser_hash
    )
    return asked.filter(created_at__gt=since).order_by("-created_at").first()
