import json
import logging
from datetime import timedelta
from decimal import Decimal
from time import perf_counter, process_time
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from benchmarks.management.commands.measure_desk import build_item
from calls.enums import CostState, Kind, Part
from calls.models import Call, CostPart
from connections.enums import Provider
from desk.models import Item, NoticeChoice
from desk.notices.emails import send_digest
from desk.notices.models import AtOnce
from desk.notices.schedule import queue_digests
from organizations.models import Membership, Organization
from organizations.permissions import Role

PEOPLE_IN_ONE = 4  # organisation
ITEMS, CALLS = 40, 100  # of an organisation
VAPI_FEE: dict[str, Any] = {"provider": Provider.VAPI, "part": Part.VAPI, "state": CostState.FINAL}


class Command(BaseCommand):
    help = "Queue a summary for each of many people, and make and send them in one process; print JSON."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("people", type=int)

    def handle(self, *, people: int, **options: Any) -> None:
        logging.disable(logging.INFO)
        for number in range(people // PEOPLE_IN_ONE):
            add_organization(number)
        connection.set_autocommit(True)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        found: dict[str, Any] = {"queue": timed(queue_digests.call)}
        rows = [
            row.args_kwargs["args"] for row in DBTaskResult.objects.filter(task_path=send_digest.module_path)
        ]
        with CaptureQueriesContext(connection) as queries:
            send_digest.call(*rows[0])
        found["queries"] = len(queries)
        worked = process_time()
        found["make"] = timed(lambda: [send_digest.call(*row) for row in rows])
        found["processor"] = (process_time() - worked) * 1000 / len(rows)
        self.stdout.write(json.dumps(found | {"people": len(rows)}))


def timed(work: Any) -> float:
    """Seconds that the work takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def add_organization(number: int) -> None:
    """An organisation with calls of the last day, open requests, and people whose summary is due."""
    now = timezone.now()
    organization = Organization.objects.create(slug=f"digest-{number}", name=f"Boulangerie {number}")
    places = []
    for person in range(PEOPLE_IN_ONE):
        locale = settings.LANGUAGES[person % len(settings.LANGUAGES)][0]
        user = User.objects.create(email=f"{number}-{person}@digest.example", locale=locale)
        places.append(Membership.objects.create(organization=organization, user=user, role=Role.OWNER))
    NoticeChoice.objects.bulk_create(
        NoticeChoice(membership=place, at_once=AtOnce.NOTHING, digest_hour=8, next_digest_at=now)
        for place in places
    )
    Item.objects.bulk_create(build_item(places[0], number, is_done=False) for number in range(ITEMS))
    calls = Call.objects.bulk_create(
        Call(
            organization=organization,
            vapi_id=str(uuid4()),
            kind=Kind.INBOUND,
            created_at=now - timedelta(minutes=10 * number),
        )
        for number in range(CALLS)
    )
    CostPart.objects.bulk_create(
        CostPart(call=call, currency="USD", amount=Decimal("0.12"), **VAPI_FEE) for call in calls
    )
