"""Calls and usage in Twilio's shape; the price of a call appears some time after its end."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from sandbox.models import TwilioCall
from sandbox.twilio.accounts import Account
from sandbox.twilio.shapes import VERSION, Body, format_time, path_of

PRICED_AFTER = timedelta(minutes=2)


def call_body(call: TwilioCall, account: Account) -> Body:
    """One leg of a call."""
    reached = timezone.now()
    is_over = reached >= call.ended_at
    is_priced = reached >= call.ended_at + PRICED_AFTER
    seconds = (call.ended_at - call.answered_at).total_seconds() if call.answered_at else 0
    return {
        "sid": call.sid,
        "account_sid": call.account_sid,
        "parent_call_sid": call.parent_sid or None,
        "from": call.from_number,
        "from_formatted": call.from_number,
        "to": call.to_number,
        "to_formatted": call.to_number,
        "phone_number_sid": next(
            (row.sid for row in account.numbers if row.phone_number == call.from_number), None
        ),
        "direction": call.direction,
        "status": _status(call),
        "date_created": format_time(call.created_at),
        "date_updated": format_time(
            max(point for point in _points(call) if point <= reached or point == call.created_at)
        ),
        "start_time": format_time(call.answered_at)
        if call.answered_at and call.answered_at <= reached
        else None,
        "end_time": format_time(call.ended_at) if is_over else None,
        "duration": str(round(seconds)) if is_over else None,
        "price": str(call.price) if is_priced and call.price else None,
        "price_unit": "USD",
        "answered_by": None,
        "api_version": VERSION,
        "caller_name": None,
        "forwarded_from": None,
        "group_sid": None,
        "queue_time": "0",
        "trunk_sid": None,
        "uri": path_of(account, f"/Calls/{call.sid}"),
        "subresource_uris": {"recordings": path_of(account, f"/Calls/{call.sid}/Recordings")},
    }


def _points(call: TwilioCall) -> list[Any]:
    return [point for point in (call.created_at, call.answered_at, call.ended_at) if point is not None]


def _status(call: TwilioCall) -> str:
    reached = timezone.now()
    if reached >= call.ended_at:
        return call.outcome
    if call.answered_at and reached >= call.answered_at:
        return "in-progress"
    return "queued" if reached < call.created_at + timedelta(seconds=1) else "ringing"


def usage_body(account: Account, category: str, day: date, *, price: Decimal | None, count: int) -> Body:
    """The usage of one category on one day; its price is positive, unlike that of a call."""
    amount = -(price or Decimal())
    counted = "usd" if category == "totalprice" else "calls"
    return {
        "account_sid": account.sid,
        "api_version": VERSION,
        "as_of": timezone.now().isoformat(timespec="seconds"),
        "category": category,
        "count": str(amount) if category == "totalprice" else str(count),
        "count_unit": counted,
        "description": category.replace("-", " ").capitalize(),
        "start_date": day.isoformat(),
        "end_date": day.isoformat(),
        "price": float(amount),
        "price_unit": "usd",
        "subresource_uris": {},
        "uri": path_of(account, "/Usage/Records/Daily"),
        "usage": str(amount) if category == "totalprice" else str(count),
        "usage_unit": counted,
    }
