import json
import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks.management.commands.measure_calls import measure_pages
from calls.summaries.models import Urgency
from desk.enums import ItemKind, ItemState
from desk.models import Item
from organizations.models import Membership, Organization
from organizations.permissions import Role

SMALL = 100  # items
BATCH = 5_000


class Command(BaseCommand):
    help = "Measure the pages of the desk in an organisation with few items and in one with many; print JSON."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("items", type=int)
        parser.add_argument("rounds", type=int)

    def handle(self, *, items: int, rounds: int, **options: Any) -> None:
        logging.disable(logging.INFO)
        owner = User.objects.create(email="owner-of-desk@example.com")
        for slug, count in (("few", SMALL), ("many", items)):
            add_organization(owner, slug, count)
        connection.set_autocommit(True)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE desk_item")
        client = Client(headers={"host": settings.SITE_HOST, "x-forwarded-proto": "https"})
        client.force_login(owner)
        self.stdout.write(json.dumps({"items": items, "pages": measure_pages(client, rounds, addresses)}))


def add_organization(owner: User, slug: str, count: int) -> None:
    """An organisation with open items of two kinds and every urgency, a third of them the owner's, and as many done."""
    organization = Organization.objects.create(slug=slug, name=slug)
    place = Membership.objects.create(organization=organization, user=owner, role=Role.OWNER)
    for start in range(0, 2 * count, BATCH):
        numbers = range(start, min(start + BATCH, 2 * count))
        Item.objects.bulk_create(build_item(place, number, is_done=number >= count) for number in numbers)


def build_item(place: Membership, number: int, *, is_done: bool) -> Item:
    """An item of its own caller, a minute older than the one before."""
    opened = timezone.now() - timedelta(minutes=number)
    item = Item(
        organization_id=place.organization_id,
        customer_number=f"+3363{number:07}",
        kind=(ItemKind.MESSAGE, ItemKind.COMPLAINT)[number % 2],
        urgency_told=Urgency.values[number % len(Urgency)],
        subject=f"Une charlotte pour {number} personnes",
        call_count=1,
        opened_at=opened,
        last_call_at=opened,
        assigned_to=place if number % 3 == 0 else None,
        state=ItemState.DONE if is_done else ItemState.OPEN,
        done_at=opened if is_done else None,
        changed_at=opened,
    )
    item.weight = item.weigh()
    return item


def addresses(slug: str) -> dict[str, str]:
    """The pages by name; the same in each organisation."""
    items = Item.objects.filter(organization__slug=slug).open()
    deep = items[items.count() // 2]
    root = f"/fr/o/{slug}/desk"
    return {
        "first page": root,
        "deep page": f"{root}?before={deep.pk}",
        "one kind": f"{root}?kind=complaint",
        "mine": f"{root}?state=mine",
        "done": f"{root}?state=done",
        "one request": f"{root}/{deep.pk}",
        "team page with the figure": f"/fr/o/{slug}/team",
    }
