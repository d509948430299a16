"""Secrets that are issued, and stored only as hashes."""

import hashlib
import hmac
import re
import secrets
import uuid

from django.utils.crypto import salted_hmac


def new_secret() -> str:
    """256 random bits as 43 characters that need no escaping in a URL or in quoted-printable."""
    return secrets.token_urlsafe(32)


def is_secret(text: str) -> bool:
    """Whether `new_secret` can have made this text. Others must not be trusted, hashed as ours or sent back."""
    return re.fullmatch(r"[A-Za-z0-9_-]{43}", text) is not None


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def digest(secret: str) -> str:
    """SHA-256 in hexadecimal. A slow hash is not needed: 256 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def code_digest(token_id: uuid.UUID, code: str) -> str:
    """HMAC of a six-digit code, under a key outside the database and bound to its row: a dump reveals no code."""
    return salted_hmac("accounts.login_code", f"{token_id}|{code}", algorithm="sha256").hexdigest()


def same_digest(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one, other)
