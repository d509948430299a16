"""Asking for a sign-in link."""

import uuid
from dataclasses import replace

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language

from accounts import limits, statements
from accounts.browsers import Asker, asker_of, browser_secret, remember_browser
from accounts.emails import send_login_link
from accounts.secrets import digest, new_secret


def ask(request: HttpRequest, address: str, next_path: str, *, masked: bool = False) -> HttpResponse:
    """Count, note the request, and lead to the page that says what to do next. Raises LimitedError.

    `masked` where whoever asks did not type the address, and need not know it.
    """
    brought = browser_secret(request)  # what the limits know a browser by: a new cookie was never seen before
    asker = asker_of(request, brought)
    limits.hit_link(address, asker)
    secret = brought or new_secret()
    request_id = request_login(
        address=address,
        locale=get_language() or settings.LANGUAGE_CODE,
        next_path=next_path,
        asker=replace(asker, browser_hash=digest(secret)),
        masked=masked,
    )
    response = HttpResponseRedirect(f"{reverse('accounts:sent')}?request={request_id}", status=303)
    remember_browser(response, secret)
    return response


@transaction.atomic
def request_login(
    *, address: str, locale: str, next_path: str, asker: Asker, masked: bool = False
) -> uuid.UUID:
    """Note that somebody asks for a link, and hand it to the queue; returns the id of the LoginToken.

    `address` is normalised. The same work whether it is known or not. The row and its task commit together, so no mail
    is lost between the two.
    """
    request_id = statements.add_request(
        email=address, locale=locale, next_path=next_path, asker=asker, masked=masked
    )
    send_login_link.enqueue(str(request_id))
    return request_id
