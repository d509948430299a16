"""The way out of a sign-in that was not one's own.

A signature rather than a LoginToken: the link only ever ends one session, so there is nothing to use up.
"""

import uuid
from datetime import timedelta

from django.core import signing

from accounts.models import AuthSession

SALT = "accounts.not_me"
GOOD_FOR = timedelta(days=30)


def sign_not_me(session_id: uuid.UUID) -> str:
    """What the link carries."""
    return signing.dumps(str(session_id), salt=SALT)


def session_of(signature: str) -> AuthSession | None:
    """The sign-in a link is about, live or ended; None for a forged, foreign or old one."""
    try:
        session_id = signing.loads(signature[:300], salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    return AuthSession.objects.select_related("user").filter(id=session_id).first()
