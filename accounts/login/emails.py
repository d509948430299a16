"""The mails of signing in, of an address change and of a new device. Each is a task that may run twice."""

import logging
import uuid

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override
from django_tasks import task

from accounts.addresses import mask_address
from accounts.login.rate_limits import UNKNOWN_ADDRESSES
from accounts.login.tokens import CODE_LIFETIME, LIFETIMES, mint
from accounts.models import AuthSession, LoginToken, User
from accounts.sessions.devices import device_name
from accounts.sessions.revoke_links import sign_not_me
from core.audit.services import record_event
from core.mail.messages import absolute_link, send_mail
from core.security.rate_limits import LimitedError, hit

logger = logging.getLogger("accounts.mail")


def _gets_mail(token: LoginToken) -> bool:
    """Whoever has an account and may use it; anyone, within a budget, where anyone may sign up."""
    if token.user is not None:
        return token.user.is_active
    if settings.AVA_SIGNUP != "open":
        return False
    try:
        hit(UNKNOWN_ADDRESSES, "everyone")
    except LimitedError:
        logger.warning("The budget for mail to unknown addresses is used up")
        return False
    return True


@task()
def send_login_link(token_id: str) -> None:
    """Mint a requested link and mail it, in the language of the page that asked. Run by the queue, maybe twice.

    An address that nobody has gets nothing, unless anyone may sign up; whoever asked is told the same either way.
    """
    minted = mint(uuid.UUID(token_id))
    if minted is None:
        return
    token, user = minted.token, minted.token.user
    if not _gets_mail(token):
        return
    url = absolute_link("accounts:verify", token.locale, token=minted.secret)
    with override(token.locale):
        device = device_name(token.user_agent)
    send_mail(
        "login",
        to=user.email if user else token.email,
        locale=token.locale,
        timezone_name=user.timezone if user else timezone.get_default_timezone_name(),
        context={
            "url": url,
            "code": minted.code,
            "code_spaced": f"{minted.code[:3]} {minted.code[3:]}",
            "name": user.short_name if user else "",
            "minutes": int(LIFETIMES[token.Purpose.LOGIN].total_seconds() // 60),
            "code_minutes": int(CODE_LIFETIME.total_seconds() // 60),
            "requested_at": token.created_at,
            "device": device,
            "ip": token.ip or "",
        },
        links={"MAGIC LINK URL": url},
    )
    record_event("accounts.link_sent", subject=user, purpose=token.purpose)


@task()
def send_change_link(token_id: str) -> None:
    """Ask the new address of somebody to confirm. One that somebody else has gets nothing: nobody learns that."""
    minted = mint(uuid.UUID(token_id))
    if minted is None or minted.token.user is None or User.objects.for_address(minted.token.email):
        return
    token, user = minted.token, minted.token.user
    url = absolute_link("accounts:address-confirm", user.locale, token=minted.secret)
    send_mail(
        "address_change",
        to=token.email,
        locale=user.locale,
        context={"url": url, "new_email": token.email},
        links={"CONFIRM URL": url},
    )


@task()
def send_undo_link(token_id: str) -> None:
    """Tell the old address that it was left, with the way back."""
    minted = mint(uuid.UUID(token_id))
    if minted is None or minted.token.user is None:
        return
    token, user = minted.token, minted.token.user
    url = absolute_link("accounts:address-undo", user.locale, token=minted.secret)
    send_mail(
        "address_undo",
        to=token.email,
        locale=user.locale,
        context={"url": url, "new_email": mask_address(user.email)},
        links={"UNDO URL": url},
    )


@task()
def send_new_device(session_id: str) -> None:
    """Tell a person of a sign-in from a browser they never used, with the way to end it."""
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
