import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from calls.demo.services import add_demo_calls
from organizations.models import Organization


class Command(BaseCommand):
    help = "Add invented calls to an organisation, to look at and to measure; refused in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--calls", type=int, default=1000, help="how many")
        parser.add_argument("--days", type=int, default=90, help="over how many days up to now")
        parser.add_argument("--organization", required=True, help="the slug in its address")
        parser.add_argument("--seed", type=int, help="draw the same calls as another time")

    def handle(self, *, calls: int, days: int, organization: str, seed: int | None, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("Invented calls are for development: AVA_ENV is production.")
        if calls < 1 or days < 1:
            raise CommandError("--calls and --days are at least 1.")
        found = Organization.objects.filter(slug=organization).first()
        if found is None:
            raise CommandError(f"No organisation has the slug {organization}.")
        settings.DEBUG = (
            False  # Django would keep the text of the last thousands of statements, megabytes each
        )
        rows = add_demo_calls(
            found, count=calls, days=days, seed=secrets.randbits(32) if seed is None else seed
        )
        self.stdout.write(f"{calls} calls added, {rows} rows.")
