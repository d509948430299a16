"""Asking for a sign-in link."""

from django.db import transaction

from accounts import statements
from accounts.browsers import Asker
from accounts.models import LoginToken
from accounts.tasks import deliver_login_link
from core import rows


@transaction.atomic
def request_login(*, address: str, locale: str, next_path: str, asker: Asker) -> LoginToken:
    """Note that somebody asks for a link, and hand it to the queue. The same work whether the address is known or not.

    `address` is normalised. The row and its task commit together, so no mail is lost between the two.
    """
    token = LoginToken(
        purpose=LoginToken.Purpose.LOGIN,
        email=address,
        user=statements.find_user(address),
        locale=locale,
        next_path=next_path,
        browser_hash=asker.browser_hash,
        ip=asker.ip,
        user_agent=asker.user_agent,
    )
    rows.insert(token)
    deliver_login_link.enqueue(str(token.id))
    return token
