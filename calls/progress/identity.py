"""Finds the row of a call that Vapi tells of, which may so far be known from Twilio alone."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from calls.erasure.services import stays_erased
from calls.models import Call
from calls.progress.facts import Facts
from organizations.models import Organization

Values = dict[str, Any]


@dataclass(frozen=True)
class LockedCall:
    """The locked row of a call, and what else was stored of it."""

    call: Call
    before: Values  # as stored
    is_new: bool = False  # inserted by this transaction
    was_missed: bool = False  # only Twilio had told of it so far
    doubles: list[Call] = field(default_factory=list)  # missed calls that are this one


def lock_call(organization: Organization, facts: Facts) -> LockedCall | None:
    """The call's row, made where there is none; None for an erased call. It stays locked until the transaction ends.

    A missed call of the same SID at Twilio is this call: its row is taken over, or goes where the call has its own.
    """
    if found := _find(organization, facts):
        return found
    if not lock_new_calls(organization):
        return None
    return _find(organization, facts) or _make(organization, facts)


def _find(organization: Organization, facts: Facts) -> LockedCall | None:
    """The row that has Vapi's id, and missed calls of the same SID."""
    own = Call.objects.for_organization(organization)
    # A missed call alone is locked after its organisation only.
    if not own.filter(vapi_id=facts.vapi_id).exists():
        return None
    same = Q(vapi_id=facts.vapi_id)
    if facts.twilio_sid:
        same |= Q(vapi_id="", twilio_sid=facts.twilio_sid)
    rows = list(own.filter(same).locked())
    call = next((row for row in rows if row.vapi_id), None)
    return (
        LockedCall(call, values_of(call), doubles=[row for row in rows if row is not call]) if call else None
    )


def lock_new_calls(organization: Organization) -> bool:
    """Let no other transaction add a call to the organisation until this one ends; one that was added is seen.

    By a lock that the foreign keys of other new rows do not wait for. False where the organisation is gone.
    """
    locked = Organization.objects.select_for_update(no_key=True).filter(pk=organization.pk)
    return locked.first() is not None


def _make(organization: Organization, facts: Facts) -> LockedCall | None:
    own = Call.objects.for_organization(organization)
    missed = own.missed().filter(twilio_sid=facts.twilio_sid).locked().first() if facts.twilio_sid else None
    # Asked after the rows were looked for: an erasure meanwhile has been committed, and is seen.
    if stays_erased(organization, vapi_id=facts.vapi_id, twilio_sid=facts.twilio_sid):
        return None
    if missed is not None:
        return LockedCall(_take_over(missed, facts), values_of(missed), was_missed=True)
    call = Call.objects.create(
        organization=organization, vapi_id=facts.vapi_id, kind=facts.kind, created_at=facts.created_at
    )
    return LockedCall(call, values_of(call), is_new=True)


def values_of(call: Call) -> Values:
    """The row as it is in memory, by column."""
    return {field.attname: getattr(call, field.attname) for field in Call._meta.concrete_fields}


def _take_over(missed: Call, facts: Facts) -> Call:
    """The row as if Vapi had told of the call first: what Twilio told of it is forgotten, and its price asked anew."""
    call = Call(
        id=missed.id,
        organization=missed.organization,
        vapi_id=facts.vapi_id,
        kind=facts.kind,
        created_at=facts.created_at,
    )
    call._state.adding, call._state.db = False, missed._state.db
    return call
