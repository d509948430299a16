"""What Twilio bills for a call: the leg to the caller's telephone, and the legs that it opened.

Twilio prices a leg some time after its end, without telling. So it is asked again, at growing intervals.
"""

import logging
import uuid
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from calls.costs.services import refresh_costs
from calls.enums import CostState, Part
from calls.models import Call, CostPart
from calls.statistics.services import counted
from connections.enums import Provider
from connections.problems import Problem, ProviderError
from connections.selectors import twilio_of
from connections.twilio.answers import Leg
from connections.twilio.client import TwilioClient
from core.queue.schedule import periodic

logger = logging.getLogger("calls.costs")

PRICED_AFTER = timedelta(minutes=2)  # after a call's end, Twilio is first asked for its price
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=6)
MAX_ATTEMPTS = 14  # over about a day and a half
BATCH = 500  # a minute

Legs = list[tuple[Part, Leg]]


@periodic(every=timedelta(minutes=1))
@task()
def fetch_prices() -> None:
    """Queue the calls whose price is due. Each is due again later, so that a lost task only costs time."""
    due = Call.objects.price_due().order_by("price_due_at")
    for pk, due_at, attempts in due.values_list("pk", "price_due_at", "price_attempts")[:BATCH]:
        wait = min(FIRST_WAIT * 2**attempts, LONGEST_WAIT)
        claimed = Call.objects.filter(pk=pk, price_due_at=due_at).update(
            price_due_at=timezone.now() + wait, price_attempts=attempts + 1
        )
        if claimed:
            fetch_price.enqueue(str(pk))


@task()
def fetch_price(call_id: str) -> None:
    """Store what Twilio bills for a call. It is not asked again once all is known, or once there is no hope left."""
    call = Call.objects.select_related("organization").filter(id=uuid.UUID(call_id)).first()
    if call is None or call.price_due_at is None:
        return
    twilio = twilio_of(call.organization)
    if twilio is None:
        _finish(call)
        return
    try:
        legs = _read_legs(twilio.client(), call.twilio_sid)
    except ProviderError as error:
        logger.warning("No price of a call: %s", error, extra={"call_id": call_id})
        if error.problem == Problem.GONE or call.price_attempts >= MAX_ATTEMPTS:
            _finish(call)  # a call of another account, or one without a price
        return
    _store(call, legs)


def _read_legs(client: TwilioClient, sid: str) -> Legs:
    parent, children = client.get_leg(sid), client.list_child_legs(sid)
    return [(Part.PARENT_LEG, parent), *((Part.CHILD_LEGS, child) for child in children)]


@transaction.atomic
def _store(call: Call, legs: Legs) -> None:
    locked = Call.objects.filter(pk=call.pk).locked().first()
    if locked is None:
        return
    if all(leg.is_settled for _part, leg in legs) or locked.price_attempts >= MAX_ATTEMPTS:
        locked.price_due_at = None
    with counted(locked):
        if locked.price_due_at is None or any(leg.price is not None for _part, leg in legs):
            _replace_parts(locked, _parts_of(locked, legs))
        _save(locked)


def _replace_parts(call: Call, parts: list[CostPart]) -> None:
    call.cost_parts.filter(provider=Provider.TWILIO).delete()
    CostPart.objects.bulk_create(parts)


def _save(call: Call) -> None:
    call.changed_at = timezone.now()
    call.save(update_fields=["price_due_at", "changed_at"])
    refresh_costs(call)


def _parts_of(call: Call, legs: Legs) -> list[CostPart]:
    """The legs of each kind added up, for each currency."""
    groups: defaultdict[tuple[Part, str], list[Leg]] = defaultdict(list)
    for part, leg in legs:
        if leg.currency:
            groups[part, leg.currency].append(leg)
    return [
        CostPart(
            call=call,
            provider=Provider.TWILIO,
            part=part,
            amount=sum((leg.price or Decimal() for leg in group), Decimal()),
            currency=currency,
            state=CostState.FINAL if all(leg.is_settled for leg in group) else CostState.PARTIAL,
        )
        for (part, currency), group in groups.items()
    ]


@transaction.atomic
def _finish(call: Call) -> None:
    """Ask no more; an estimate goes with the hope for a price."""
    locked = Call.objects.filter(pk=call.pk).locked().first()
    if locked is not None:
        locked.price_due_at = None
        with counted(locked):
            _save(locked)
