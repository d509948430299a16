import json
import logging
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.lifetimes import CODE_LIFETIME, IDLE_SESSION, LIFETIMES
from accounts.models import AuthSession, LoginToken, User
from accounts.secrets import code_digest, digest, new_code, new_secret

EARLIER_SIGN_INS = 1000


class Command(BaseCommand):
    help = "Make the tables, the users and their links for a benchmark; print what its client needs as JSON."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("users", type=int)

    def handle(self, *, users: int, **options: Any) -> None:
        logging.disable(logging.INFO)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        known = User.objects.bulk_create([User(email=f"known{n}@example.com") for n in range(users)])
        add_earlier_sign_ins()
        prepared = {"links": create_links(known), "queries": count_page_queries()}
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.stdout.write(json.dumps(prepared))


def add_earlier_sign_ins() -> None:
    """Let other users have signed in before: PostgreSQL would plan for empty tables otherwise."""
    users = User.objects.bulk_create([User(email=f"earlier{n}@example.com") for n in range(EARLIER_SIGN_INS)])
    until = timezone.now() + IDLE_SESSION
    AuthSession.objects.bulk_create(
        AuthSession(user=user, session_key=digest(user.email), expire_date=until) for user in users
    )


def create_links(users: list[User]) -> list[tuple[str, str]]:
    """Give each user a link; return its secret and the cookie of the browser that asked for it."""
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


def count_page_queries() -> int:
    """Count the queries of the sign-in page."""
    client = Client(headers={"host": settings.SITE_HOST, "x-forwarded-proto": "https"})
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/fr/auth")
    if page.status_code != 200:
        raise RuntimeError(f"The sign-in page answered {page.status_code}.")
    return len(queries)
