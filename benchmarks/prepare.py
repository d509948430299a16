"""Runs inside the product: people, the links that wait for them, and what a page asks of the database.

Prints what the client needs as JSON.
"""

import json
import logging
import os
import sys
from typing import TYPE_CHECKING

import django
from django.core.management import call_command

if TYPE_CHECKING:
    from accounts.models import User


def main(people: int) -> None:
    """Fill the database, whose tables are made here too."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    logging.disable(logging.INFO)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from django.db import connection

    from accounts.models import User

    users = User.objects.bulk_create([User(email=f"known{n}@example.com") for n in range(people)])
    add_earlier_sign_ins(1000)
    prepared = {"links": links_for(users), "queries": queries_of_the_page()}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    sys.stdout.write(json.dumps(prepared))


def links_for(users: "list[User]") -> list[tuple[str, str]]:
    """A minted link for each, and the cookie of the browser that asked for it."""
    from django.utils import timezone

    from accounts.login.tokens import CODE_LIFETIME, LIFETIMES
    from accounts.models import LoginToken
    from accounts.secrets import code_digest, digest, new_code, new_secret

    now, purpose = timezone.now(), LoginToken.Purpose.LOGIN
    rows, secrets = [], []
    for user in users:
        secret, browser = new_secret(), new_secret()
        row = LoginToken(purpose=purpose, email=user.email, user=user, locale="fr", ip="192.0.2.1")
        row.token_hash, row.browser_hash = digest(secret), digest(browser)
        row.code_hash, row.code_expires_at = code_digest(row.id, new_code()), now + CODE_LIFETIME
        row.expires_at = now + LIFETIMES[purpose]
        rows.append(row)
        secrets.append((secret, browser))
    LoginToken.objects.bulk_create(rows, batch_size=1000)
    return secrets


def add_earlier_sign_ins(number: int) -> None:
    """So many other people signed in before: PostgreSQL would plan for an empty table otherwise."""
    from django.utils import timezone

    from accounts.models import AuthSession, User
    from accounts.secrets import digest
    from accounts.sessions.store import IDLE

    users = User.objects.bulk_create([User(email=f"earlier{n}@example.com") for n in range(number)])
    until = timezone.now() + IDLE
    AuthSession.objects.bulk_create(
        AuthSession(user=user, session_key=digest(user.email), expire_date=until) for user in users
    )


def queries_of_the_page() -> int:
    """How many queries the sign-in page costs."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": settings.SITE_HOST, "x-forwarded-proto": "https"})
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/fr/auth")
    if page.status_code != 200:
        raise RuntimeError(f"The sign-in page answered {page.status_code}.")
    return len(queries)


if __name__ == "__main__":
    main(int(sys.argv[1]))
