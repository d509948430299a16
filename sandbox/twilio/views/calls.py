import re
from datetime import MAXYEAR, UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, JsonResponse
from django.utils.crypto import get_random_string
from django.utils.dateparse import parse_date

from sandbox.calls.services import hang_up
from sandbox.models import Call, TwilioCall, now
from sandbox.twilio.accounts import Account
from sandbox.twilio.call_log import answer_log
from sandbox.twilio.call_shapes import call_body, usage_body
from sandbox.twilio.endpoints import endpoint
from sandbox.twilio.errors import NOT_ACTIVE, RefusedError, not_found
from sandbox.twilio.shapes import page_of

RINGS_FOR, LASTS = timedelta(seconds=3), timedelta(seconds=20)
PRICE = -0.01
MOST = 5000  # rows that this endpoint creates
CATEGORIES: dict[str, dict[str, Any]] = {
    "calls-inbound": {"direction": "inbound"},
    "calls-outbound": {"direction__in": ["outbound-api", "outbound-dial"]},
    "totalprice": {},
}


def _create(request: HttpRequest, account: Account) -> JsonResponse:
    """Call `To` from a number of the account."""
    asked = request.POST
    _check(asked.get("To", ""), asked.get("From", ""), account)
    if not (asked.get("Twiml") or asked.get("Url") or asked.get("ApplicationSid")):
        raise RefusedError(HTTPStatus.BAD_REQUEST, 21205, "Url parameter is required.")
    if TwilioCall.objects.count() >= MOST:
        raise RefusedError(HTTPStatus.TOO_MANY_REQUESTS, 20429, "Too Many Requests")
    started = now()
    call = TwilioCall.objects.create(
        sid=f"CA{get_random_string(32, '0123456789abcdef')}",
        account_sid=account.sid,
        from_number=asked["From"],
        to_number=asked["To"],
        direction="outbound-api",
        created_at=started,
        answered_at=started + RINGS_FOR,
        ended_at=started + RINGS_FOR + LASTS,
        price=PRICE,
    )
    return JsonResponse(call_body(call, account), status=201)


def _check(to: str, from_: str, account: Account) -> None:
    if account.status != "active":
        raise RefusedError(*NOT_ACTIVE)
    if not re.fullmatch(r"\+[1-9]\d{6,14}", to):
        raise RefusedError(HTTPStatus.BAD_REQUEST, 21211, f"Invalid 'To' Phone Number: {to[:20]}")
    if from_ not in {number.phone_number for number in account.numbers if number.voice}:
        message = "The source phone number provided is not yet verified or is not owned by your account."
        raise RefusedError(HTTPStatus.BAD_REQUEST, 21210, message)


def _list(request: HttpRequest, account: Account) -> JsonResponse:
    """The legs that an account's log has. Of the shared account, those of the call `ParentCallSid` alone."""
    return JsonResponse(answer_log(request, account))


def _find(request: HttpRequest, account: Account, call_sid: str) -> TwilioCall:
    call = TwilioCall.objects.filter(account_sid=account.sid, sid=call_sid).first()
    if call is None:
        raise not_found(request.path)
    return call


def _show(request: HttpRequest, account: Account, call_sid: str) -> JsonResponse:
    return JsonResponse(call_body(_find(request, account, call_sid), account))


def _change(request: HttpRequest, account: Account, call_sid: str) -> JsonResponse:
    """End a call: `Status=completed`, the only change that the stand-in knows."""
    leg = _find(request, account, call_sid)
    if request.POST.get("Status") != "completed":
        raise RefusedError(HTTPStatus.BAD_REQUEST, 20001, "Status is not valid")
    if leg.ended_at <= now():
        raise RefusedError(HTTPStatus.BAD_REQUEST, 21220, "Call is not in-progress. Cannot redirect.")
    if planned := Call.objects.filter(twilio_sid=call_sid).first():
        hang_up(planned)
    else:
        TwilioCall.objects.filter(sid=leg.sid).update(ended_at=now())
    return JsonResponse(call_body(_find(request, account, call_sid), account))


def _usage(request: HttpRequest, account: Account) -> JsonResponse:
    """Usage by day, in GMT."""
    first, last = _day(request, "StartDate"), _day(request, "EndDate")
    category = request.GET.get("Category", "totalprice")
    if category not in CATEGORIES:
        raise RefusedError(HTTPStatus.BAD_REQUEST, 20001, "Category is not valid")
    days = [last - timedelta(days=back) for back in range(min((last - first).days + 1, 31))]
    rows = [usage_body(account, category, day.date(), **_used(account, category, day)) for day in days]
    return JsonResponse(page_of("usage_records", rows, request.get_full_path()))


def _used(account: Account, category: str, day: datetime) -> dict[str, Any]:
    legs = TwilioCall.objects.filter(
        account_sid=account.sid,
        ended_at__gte=day,
        ended_at__lt=day + timedelta(days=1),
        **CATEGORIES[category],
    )
    return legs.aggregate(price=Sum("price"), count=Count("sid"))


def _day(request: HttpRequest, name: str) -> datetime:
    try:
        day = parse_date(request.GET.get(name) or now().date().isoformat())
    except ValueError:
        day = None
    if day is None or day.year == MAXYEAR:  # which has no next day
        raise RefusedError(HTTPStatus.BAD_REQUEST, 20001, f"{name} is not a valid date")
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


collection = endpoint(GET=_list, POST=_create)
single = endpoint(GET=_show, POST=_change)
usage = endpoint(GET=_usage)
