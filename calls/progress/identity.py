"""Finds the row of a call that Vapi tells of, which may so far be known from Twilio alone."""

from typing import Any

from calls.models import Call
from calls.progress.facts import Facts
from organizations.models import Organization

Values = dict[str, Any]


def lock_call(organization: Organization, facts: Facts) -> tuple[Call, Values]:
    """The call's row, made where there is none, and its stored values. It stays locked until the transaction ends.

    A missed call of the same SID at Twilio is this call: its row is taken over, or goes where the call has its own.
    """
    own = Call.objects.for_organization(organization)
    call = own.select_for_update(of=("self",)).filter(vapi_id=facts.vapi_id).first()
    if call is None:
        return _make(organization, facts)
    if facts.twilio_sid:
        own.missed().filter(twilio_sid=facts.twilio_sid).delete()
    return call, values_of(call)


def lock_new_calls(organization: Organization) -> bool:
    """Let no other transaction add a call to the organisation until this one ends; one that was added is seen.

    By a lock that the foreign keys of other new rows do not wait for. False where the organisation is gone.
    """
    locked = Organization.objects.select_for_update(no_key=True).filter(pk=organization.pk)
    return locked.first() is not None


def _make(organization: Organization, facts: Facts) -> tuple[Call, Values]:
    lock_new_calls(organization)
    locked = Call.objects.for_organization(organization).select_for_update(of=("self",))
    call = locked.filter(vapi_id=facts.vapi_id).first()
    if call is not None:
        return call, values_of(call)
    missed = locked.missed().filter(twilio_sid=facts.twilio_sid).first() if facts.twilio_sid else None
    if missed is not None:
        return _take_over(missed, facts), values_of(missed)
    call = Call.objects.create(
        organization=organization, vapi_id=facts.vapi_id, kind=facts.kind, created_at=facts.created_at
    )
    return call, values_of(call)


def values_of(call: Call) -> Values:
    """The row as it is in memory, by column."""
    return {field.attname: getattr(call, field.attname) for field in Call._meta.concrete_fields}


def _take_over(missed: Call, facts: Facts) -> Call:
    """The row as if Vapi had told of the call first: what Twilio told of it is forgotten, and its price asked anew."""
    missed.cost_parts.all().delete()
    missed.totals.all().delete()
    call = Call(
        id=missed.id,
        organization=missed.organization,
        vapi_id=facts.vapi_id,
        kind=facts.kind,
        created_at=facts.created_at,
    )
    call._state.adding, call._state.db = False, missed._state.db
    return call
