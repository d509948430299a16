"""Secrets that we hand out and keep only as hashes."""

import hashlib
import hmac
import secrets
import uuid

from django.utils.crypto import salted_hmac


def new_secret() -> str:
    """256 random bits as 43 characters that survive a URL and quoted-printable."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def digest(secret: str) -> str:
    """SHA-256 in hexadecimal. Enough for 256 random bits: there is nothing to guess, so nothing to slow down."""
    return hashlib.sha256(secret.encode()).hexdigest()


def code_digest(token_id: uuid.UUID, code: str) -> str:
    """HMAC of a six-digit code under a key that is not in the database, bound to its row: a dump tells no code."""
    return salted_hmac("accounts.login_code", f"{token_id}|{code}", algorithm="sha256").hexdigest()


def same_digest(one: str, other: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(one, other)
