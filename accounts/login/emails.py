"""The mail with the sign-in link."""

import logging
import uuid
from datetime import timedelta

from django.conf import settings
from django.utils.translation import override
from django_tasks import task

from accounts.lifetimes import CODE_LIFETIME, LIFETIMES
from accounts.login.rate_limits import UNKNOWN_ADDRESSES
from accounts.login.tokens import Minted, mint
from accounts.models import LoginToken
from accounts.sessions.devices import device_name
from core.audit.services import record_event
from core.locales import default_timezone_name
from core.mail.messages import absolute_link, send_mail
from core.security.rate_limits import LimitedError, hit

logger = logging.getLogger("accounts.mail")


@task()
def send_login_link(token_id: str) -> None:
    """Mint a requested link and mail it, in the language of the page that requested it. May run twice.

    An address without an account gets no mail, unless sign-up is open; the page says the same either way.
    """
    minted = mint(uuid.UUID(token_id))
    if minted is None:
        return
    token, user = minted.token, minted.token.user
    if not _gets_mail(token):
        return
    url = absolute_link("accounts:verify", token.locale, token=minted.secret)
    send_mail(
        "login",
        to=user.email if user else token.email,
        locale=token.locale,
        timezone_name=user.timezone if user else default_timezone_name(token.locale),
        context={"url": url, **_context(minted)},
        names={"name": user.short_name if user else ""},
        links={"MAGIC LINK URL": url},
    )
    record_event("accounts.link_sent", subject=user, purpose=token.purpose)


def _context(minted: Minted) -> dict[str, object]:
    token = minted.token
    with override(token.locale):
        device = device_name(token.user_agent)
    return {
        "code": minted.code,
        "code_spaced": f"{minted.code[:3]} {minted.code[3:]}",
        "minutes": LIFETIMES[token.Purpose.LOGIN] // timedelta(minutes=1),
        "code_minutes": CODE_LIFETIME // timedelta(minutes=1),
        "requested_at": token.created_at,
        "device": device,
        "ip": token.ip or "",
    }


def _gets_mail(token: LoginToken) -> bool:
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
