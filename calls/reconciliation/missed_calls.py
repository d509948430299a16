"""Calls that rang at Twilio and that Vapi never had: they become missed calls."""

import logging
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from calls.costs.twilio import PRICED_AFTER
from calls.endings.causes import TWILIO_PREFIX
from calls.enums import Kind, Status
from calls.erasure.selectors import was_erased
from calls.models import Call, Sweep
from calls.progress.identity import lock_new_calls
from calls.signals import call_changed
from calls.statistics.services import counted
from connections.models import TwilioConnection, VapiConnection
from connections.problems import ProviderError
from connections.twilio.answers import LoggedCall
from connections.twilio.call_log import iterate_incoming
from core.phone_numbers import E164
from organizations.models import Organization

logger = logging.getLogger("calls.sweeps")

GRACE = timedelta(minutes=2)  # after a call's end, in which Vapi's list may still come to have it
LONGEST_WAIT = timedelta(hours=1)  # after a call's end, while Vapi cannot be asked
FIRST_LOOK = timedelta(hours=1)  # before a number's first sweep
OVERLAP = timedelta(
    hours=6
)  # a call is listed by its begin: the longest call (4 h, Twilio's default) and wait


@task()
def find_missed_calls(organization_id: str) -> None:
    """Add the calls to the organisation's number that Twilio lists and that no call of Vapi has.

    Where Twilio fails, the problem is noted and the next sweep starts at the same time as this one.
    """
    numbers = TwilioConnection.objects.exclude(vapi_number_id="").select_related("organization")
    twilio = numbers.filter(organization_id=uuid.UUID(organization_id)).first()
    if twilio is None:
        return
    began_at = timezone.now()
    sweep = _sweep_of(twilio, began_at)
    stored = Sweep.objects.filter(pk=sweep.pk)
    try:
        missed = list(_list_missed(twilio, sweep))
    except ProviderError as error:
        stored.update(twilio_problem=error.problem)
        return
    added = sum(add_missed(twilio.organization, call) for call in missed)
    stored.update(twilio_complete_until=began_at, twilio_problem="", missed=F("missed") + added)


def _sweep_of(twilio: TwilioConnection, now: datetime) -> Sweep:
    """The sweep; begun anew where another number was connected, whose earlier calls others answered."""
    sweep, _is_new = Sweep.objects.get_or_create(organization=twilio.organization)
    if sweep.number_id != twilio.vapi_number_id:
        vapi = VapiConnection.objects.for_organization(twilio.organization).first()
        connected = [each.connected_at for each in (twilio, vapi) if each is not None]
        sweep.number_id, sweep.number_since = twilio.vapi_number_id, max(*connected, now - FIRST_LOOK)
        sweep.twilio_complete_until = None
        sweep.save(update_fields=["number_id", "number_since", "twilio_complete_until"])
    return sweep


def _list_missed(twilio: TwilioConnection, sweep: Sweep) -> Iterator[LoggedCall]:
    """The calls of the list that Vapi has had the time to tell of and has not."""
    now = timezone.now()
    since = sweep.number_since or now
    if sweep.twilio_complete_until is not None:
        since = max(since, sweep.twilio_complete_until - OVERLAP)
    asked_vapi_at = sweep.complete_until or since
    until = max(asked_vapi_at - GRACE, now - LONGEST_WAIT)
    listed = [
        call
        for call in iterate_incoming(twilio.client(), twilio.number, since=since)
        if call.began_at and call.ended_at and call.began_at >= since and call.ended_at <= until
    ]
    known = set(_known_sids(twilio.organization, [call.sid for call in listed]))
    yield from (call for call in listed if call.sid not in known)


def _known_sids(organization: Organization, sids: list[str]) -> Iterator[str]:
    own = Call.objects.for_organization(organization)
    yield from own.filter(twilio_sid__in=sids).values_list("twilio_sid", flat=True)


@transaction.atomic
def add_missed(organization: Organization, call: LoggedCall) -> bool:
    """Add a missed call; whether there was, and is, no call with this SID."""
    is_there = lock_new_calls(organization)
    if not is_there or call.began_at is None or any(_known_sids(organization, [call.sid])):
        return False
    if was_erased(organization, twilio_sid=call.sid):
        return False
    made = Call.objects.create(
        organization=organization,
        kind=Kind.INBOUND,
        customer_number=_read_number(call.from_number),
        our_number=_read_number(call.to_number),
        twilio_sid=call.sid,
        status=Status.ENDED,
        created_at=call.began_at,
        ended_at=call.ended_at,
        seconds=0,
        ended_reason=f"{TWILIO_PREFIX}{call.status}",
        price_due_at=call.ended_at and call.ended_at + PRICED_AFTER,
    )
    with counted(made, are_new=True):
        call_changed.send(sender=Call, call=made)
    return True


def _read_number(number: str) -> str:
    """The number; "" for a withheld one, which Twilio names by a word or by one of a few odd numbers."""
    return number if E164.fullmatch(number) and number not in _WITHHELD else ""


# ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE, as a telephone's keys spell them:
# help.twilio.com/articles/223179988-Why-am-I-getting-calls-from-these-strange-numbers
_WITHHELD = frozenset({"+7378742833", "+2562533", "+8566696", "+266696687", "+86282452253"})
