"""The mail about a sign-in from a new device, and the signed link in it that ends the session.

A signature rather than a LoginToken: the link only ever ends one session, so there is nothing to use up.
"""

import uuid
from datetime import timedelta

from django.core import signing
from django.utils.translation import override
from django_tasks import task

from accounts.models import AuthSession
from accounts.sessions.devices import device_name
from core.mail.messages import absolute_link, send_mail

SALT = "accounts.not_me"
LINK_LIFETIME = timedelta(days=30)


@task()
def send_new_device(session_id: str) -> None:
    """Tell a user of a sign-in from a new browser, with the link that ends it. May run twice."""
    session = AuthSession.objects.select_related("user").filter(id=uuid.UUID(session_id)).first()
    if session is None:
        return
    user = session.user
    url = absolute_link("accounts:not-me", user.locale, token=sign_not_me(session.id))
    with override(user.locale):
        device = device_name(session.user_agent)
    send_mail(
        "new_device",
        to=user.email,
        locale=user.locale,
        timezone_name=user.timezone,
        context={"url": url, "at": session.created_at, "device": device, "ip": session.ip or ""},
        links={"NOT ME URL": url},
    )


def sign_not_me(session_id: uuid.UUID) -> str:
    """The link's token: the session's id, signed."""
    return signing.dumps(str(session_id), salt=SALT)


def find_by_signature(signature: str) -> AuthSession | None:
    """The session of a link, live or ended; None for a forged, foreign or expired token."""
    try:
        session_id = signing.loads(signature[:300], salt=SALT, max_age=LINK_LIFETIME)
    except signing.BadSignature:
        return None
    return AuthSession.objects.select_related("user").filter(id=session_id).first()
