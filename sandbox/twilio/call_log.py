"""The list of an account's calls: its filters and its pages."""

import re
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date

from sandbox.models import TwilioCall
from sandbox.twilio.accounts import Account
from sandbox.twilio.call_shapes import call_body
from sandbox.twilio.errors import RefusedError
from sandbox.twilio.shapes import Body, path_of

PAGE_SIZE, LARGEST_PAGE = 50, 1000
OUTCOMES = frozenset({"canceled", "completed", "failed", "busy", "no-answer"})  # of CallEnumStatus
RUNNING = frozenset({"queued", "ringing", "in-progress"})
_SID = re.compile(r"CA[0-9a-f]{32}")
_DAY = timedelta(days=1)


def answer_log(request: HttpRequest, account: Account) -> Body:
    """The page of legs that the query asks for, the newest first. Raises RefusedError for what Twilio refuses."""
    query = request.GET.dict()
    size = _integer(query, "PageSize", PAGE_SIZE, most=LARGEST_PAGE)
    page = _integer(query, "Page", 0, most=100_000)
    legs = TwilioCall.objects.filter(_filter(query, account)).order_by("-created_at", "-sid")
    bodies = [call_body(leg, account) for leg in legs[page * size : (page + 1) * size + 1]]
    return _page(account, query, bodies, page=page, size=size)


def _filter(query: dict[str, str], account: Account) -> Q:
    parent = query.get("ParentCallSid", "")
    if account.is_shared and not _SID.fullmatch(parent):
        return Q(pk__in=[])
    wanted = Q(account_sid=account.sid)
    for name, column in (("To", "to_number"), ("From", "from_number"), ("ParentCallSid", "parent_sid")):
        if query.get(name):
            wanted &= Q(**{column: query[name]})
    if query.get("Status"):
        wanted &= _of_status(query["Status"])
    for name, lookups in _TIMES.items():
        if query.get(name):
            midnight = datetime.combine(_day(query[name], name), time.min, UTC)
            wanted &= Q(**{f"created_at__{lookup}": midnight + days for lookup, days in lookups.items()})
    return wanted


# By the day in UTC on which the call began, as the schema has it: on it, before it, on it or after.
_TIMES: dict[str, dict[str, timedelta]] = {
    "StartTime": {"gte": timedelta(), "lt": _DAY},
    "StartTime<": {"lt": timedelta()},
    "StartTime>": {"gte": timedelta()},
}


def _of_status(status: str) -> Q:
    """Ended legs have their outcome; others are told apart by the clock, as in `call_body`."""
    moment = timezone.now()
    if status in OUTCOMES:
        return Q(ended_at__lte=moment, outcome=status)
    if status not in RUNNING:
        raise RefusedError(HTTPStatus.BAD_REQUEST, 20001, "Status is not valid")
    running, talking = Q(ended_at__gt=moment), Q(answered_at__lte=moment)
    if status == "in-progress":
        return running & talking
    begun = Q(created_at__lte=moment - timedelta(seconds=1))
    return running & ~(talking & Q(answered_at__isnull=False)) & (begun if status == "ringing" else ~begun)


def _day(text: str, name: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or day.year > 9000:
        raise RefusedError(HTTPStatus.BAD_REQUEST, 20001, f"{name} is not a valid date")
    return day


def _integer(query: dict[str, str], name: str, default: int, *, most: int) -> int:
    text = query.get(name) or str(default)
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise RefusedError(HTTPStatus.BAD_REQUEST, 20001, f"{name} is not valid")
    return min(int(text), most)


def _page(account: Account, query: dict[str, str], bodies: list[Body], *, page: int, size: int) -> Body:
    """A page, and the address of the next one where a leg is left for it."""
    path = path_of(account, "/Calls")

    def address(number: int) -> str:
        own = {name: value for name, value in query.items() if name not in {"Page", "PageToken"}}
        return f"{path}?{urlencode(own | {'PageSize': size, 'Page': number, 'PageToken': f'PACA{number}'})}"

    shown: list[dict[str, Any]] = bodies[:size]
    return {
        "calls": shown,
        "start": page * size,
        "end": page * size + max(len(shown) - 1, 0),
        "page": page,
        "page_size": size,
        "uri": address(page),
        "first_page_uri": address(0),
        "next_page_uri": address(page + 1) if len(bodies) > size else None,
        "previous_page_uri": address(page - 1) if page else None,
    }
