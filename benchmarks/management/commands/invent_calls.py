from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from calls.demo.services import add_demo_calls
from organizations.models import Organization

DAYS = 730


class Command(BaseCommand):
    help = "Add invented calls of two years to an organisation, in production too."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("calls", type=int)
        parser.add_argument("seed", type=int)

    def handle(self, *, slug: str, calls: int, seed: int, **options: Any) -> None:
        add_demo_calls(Organization.objects.get(slug=slug), count=calls, days=DAYS, seed=seed)
