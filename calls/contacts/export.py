"""All that is kept of a caller as a JSON file, written while it is sent."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from calls.contacts.selectors import Caller
from calls.models import Call
from calls.querysets import CallQuerySet
from calls.summaries.selectors import find_summary
from organizations.audit_log.services import record_by
from organizations.models import Membership

CHUNK = 100  # calls that are read at once, with all that was said in them
SUMMARY = (
    "subject",
    "caller_name",
    "purpose",
    "callback_number",
    "wanted_at",
    "urgency",
    "wishes",
    "unanswered",
    "unsure",
)


def export_caller(*, actor: Membership, caller: Caller) -> Iterator[str]:
    """The pieces of the file: number, name, and the calls, the oldest first; keeps in the audit who took it."""
    organization = actor.organization
    with transaction.atomic():
        record_by(actor, "calls.caller_exported", organization)
    calls = Call.objects.for_organization(organization).filter(customer_number=caller.number)
    return _write(caller, calls)


def _write(caller: Caller, calls: CallQuerySet) -> Iterator[str]:
    head = {"number": caller.number, "name": caller.name, "exported_at": timezone.now()}
    yield _dump(head)[:-1] + ', "calls": ['
    separator = "\n"
    for call in _read(calls):
        yield separator + _dump(_content(call))
        separator = ",\n"
    yield "\n]}\n"


def _read(calls: CallQuerySet) -> Iterator[Call]:
    """All calls, a bounded number at a time, read on from where the one before ended."""
    parts = ("turns", "cost_parts", "notes", "transfers")
    rows = calls.select_related("assistant", "summary").prefetch_related(*parts).order_by("created_at", "id")
    rest = rows
    while chunk := list(rest[:CHUNK]):
        yield from chunk
        last = chunk[-1]
        later = Q(created_at__gt=last.created_at) | Q(pk__gt=last.pk)
        rest = rows.filter(created_at__gte=last.created_at).filter(later)


def _content(call: Call) -> dict[str, Any]:
    """A call as far as it concerns the caller."""
    return {
        "id": call.pk,
        "direction": call.kind,
        "our_number": call.our_number,
        "assistant": call.assistant.name if call.assistant else "",
        "created_at": call.created_at,
        "answered_at": call.started_at,
        "ended_at": call.ended_at,
        "seconds": call.seconds,
        "ended_reason": call.ended_reason,
        "subject": call.subject,
        "test": call.is_test,
        "turns": [
            {"speaker": turn.speaker, "text": turn.text, "at": turn.at, "lasts": turn.lasts}
            for turn in call.turns.all()
        ],
        "summary": _summary(call),
        "transfers": [{"to": each.destination, "result": each.result} for each in call.transfers.all()],
        "costs": [
            {"provider": part.provider, "part": part.part, "amount": part.amount, "currency": part.currency}
            for part in call.cost_parts.all()
        ],
        "notes": [
            {"author": note.author_name, "text": note.text, "written_at": note.created_at}
            for note in call.notes.all()
        ],
    }


def _summary(call: Call) -> dict[str, Any] | None:
    """What Vapi's language model understood of the call; None where it told nothing."""
    summary = find_summary(call)
    return None if summary is None else {name: getattr(summary, name) for name in SUMMARY}


def _dump(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
