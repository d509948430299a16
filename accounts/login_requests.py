"""Asking for a sign-in link."""

import uuid

from django.db import transaction

from accounts import statements
from accounts.browsers import Asker
from accounts.tasks import deliver_login_link


@transaction.atomic
def request_login(*, address: str, locale: str, next_path: str, asker: Asker) -> uuid.UUID:
    """Note that somebody asks for a link, and hand it to the queue; returns the id of the LoginToken.

    `address` is normalised. The same work whether it is known or not. The row and its task commit together, so no mail
    is lost between the two.
    """
    request_id = statements.add_request(email=address, locale=locale, next_path=next_path, asker=asker)
    deliver_login_link.enqueue(str(request_id))
    return request_id
