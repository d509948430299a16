import json
import logging
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test import Client

from accounts.models import User
from benchmarks.management.commands.measure_calls import SMALL, add_organization, measure_pages, timed
from calls.statistics.periods import today_in
from calls.statistics.services import rebuild
from connections.models import TwilioConnection, VapiConnection
from organizations.models import Organization

TABLES = ("call", "turn", "costpart", "countbucket", "costbucket", "calltotal")


class Command(BaseCommand):
    help = "Measure the dashboard in an organisation with few and in one with many calls; print JSON."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("calls", type=int)
        parser.add_argument("rounds", type=int)

    def handle(self, *, calls: int, rounds: int, **options: Any) -> None:
        logging.disable(logging.INFO)
        owner = User.objects.create(email="owner-of-calls@example.com")
        for slug, count in (("few", SMALL), ("many", calls)):
            add_organization(owner, slug, count)
            connect(Organization.objects.get(slug=slug))
        connection.set_autocommit(True)
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"VACUUM ANALYZE calls_{table}")
        client = Client(headers={"host": settings.SITE_HOST, "x-forwarded-proto": "https"})
        client.force_login(owner)
        pages = measure_pages(client, rounds, addresses)
        again = timed(partial(rebuild, Organization.objects.get(slug="many").pk)) / 1000
        self.stdout.write(json.dumps({"calls": calls, "pages": pages, "rebuilt_in": again}))


def connect(organization: Organization) -> None:
    """Both accounts, so that the page is that of an organisation at work."""
    VapiConnection(organization=organization).set_credentials(
        region="eu", private_key=f"key-of-{organization.slug}"
    ).save()
    TwilioConnection(
        organization=organization, phone_number="+33939035501", phone_number_sid="PN" + "0" * 32
    ).set_credentials(endpoint="live", account_sid="AC" + "0" * 32, auth_token="0" * 32).save()


def addresses(slug: str) -> dict[str, str]:
    """The pages by name; the same in each organisation."""
    root = f"/fr/o/{slug}"
    month = today_in(ZoneInfo(Organization.objects.get(slug=slug).timezone))
    return {
        "7 days": f"{root}?period=7",
        "30 days": root,
        "90 days": f"{root}?period=90",
        "a month's report": f"{root}/report/{month:%Y-%m}",
    }
