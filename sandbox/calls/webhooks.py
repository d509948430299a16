"""Plans the messages of a call to the assistant's server, and sends them, with the retries that the server asks for.

A fault loses, doubles, delays or shuffles them: Vapi promises neither order nor exactly one delivery.
"""

import random
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django_tasks import task

from core.http import client as http
from sandbox.models import Call, Delivery, PhoneNumber
from sandbox.trouble.switches import next_trouble
from sandbox.vapi.messages import message_of

TIMEOUT = 20  # seconds; Vapi's default
LONGEST_TIMEOUT = 30
MOST_RETRIES = 10
MAX_ANSWER = 64 * 1024  # bytes
DEFAULT_MESSAGES = ("status-update", "end-of-call-report")  # where an assistant has no `serverMessages`
REPORT_AFTER = timedelta(seconds=1)
# Headers that the HTTP client sets.
RESERVED_HEADERS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "expect"}
)


def plan_deliveries(call: Call, number: PhoneNumber | None) -> None:
    """Enqueue the messages that the assistant asks for, each for when it is due."""
    if not server_of(call, number):
        return
    wanted = call.assistant.get("serverMessages") or DEFAULT_MESSAGES
    for delivery in Delivery.objects.bulk_create(row for row in _all_of(call) if row.kind in wanted):
        is_due = delivery.due_at <= timezone.now()
        deliver_webhook.using(run_after=None if is_due else delivery.due_at).enqueue(str(delivery.id))


def send_ending_now(call: Call) -> None:
    """Send the messages of the end of a call that ended before its time. Their tasks of later find them sent."""
    rows = Delivery.objects.filter(call=call, state=Delivery.State.WAITING)
    rows.filter(kind="status-update").exclude(status="ended").filter(due_at__gt=call.ended_at).delete()
    for delivery in rows.filter(due_at__gt=call.ended_at):
        deliver_webhook.enqueue(str(delivery.id))


def _all_of(call: Call) -> list[Delivery]:
    points = [("ringing", call.ringing_at), ("in-progress", call.started_at), ("ended", call.ended_at)]
    updates = [
        Delivery(call=call, kind="status-update", status=status, due_at=moment)
        for status, moment in points
        if moment is not None
    ]
    report = Delivery(call=call, kind="end-of-call-report", due_at=call.ended_at + REPORT_AFTER)
    return [*updates, report]


def server_of(call: Call, number: PhoneNumber | None = None) -> dict[str, Any]:
    """The server that receives the messages: the assistant's, else the number's; empty without one."""
    found = call.assistant.get("server") or (number.body.get("server") if number else None) or {}
    return found if found.get("url") else {}


@task()
def deliver_webhook(delivery_id: str) -> None:
    """Send a message that still waits; later where a fault delays it, again where the server asks for a retry."""
    delivery = Delivery.objects.select_related("call").filter(id=uuid.UUID(delivery_id)).first()
    if delivery is None or delivery.state != Delivery.State.WAITING:
        return
    next_attempt_at = _postponed(delivery) or _send(delivery)
    delivery.due_at = next_attempt_at or delivery.due_at
    is_kept = Delivery.objects.filter(id=delivery.id).update(
        **{
            name: getattr(delivery, name)
            for name in ("due_at", "state", "attempts", "answer", "is_postponed")
        }
    )
    if next_attempt_at and is_kept:
        deliver_webhook.using(run_after=next_attempt_at).enqueue(delivery_id)


def _postponed(delivery: Delivery) -> datetime | None:
    """Until when a fault holds it back: only once, or it would never arrive."""
    trouble = None if delivery.is_postponed else next_trouble("webhooks", "delay", "shuffle")
    if trouble is None:
        return None
    delivery.is_postponed = True
    fixed = trouble.kind == "delay"
    seconds = trouble.seconds if fixed else random.uniform(0, trouble.seconds)  # noqa: S311 - disorder
    return timezone.now() + timedelta(seconds=seconds)


def _send(delivery: Delivery) -> datetime | None:
    if next_trouble("webhooks", "drop"):
        delivery.state = Delivery.State.DROPPED
        return None
    identifier = delivery.call.phone_number_id
    number = PhoneNumber.objects.filter(id=identifier).first() if identifier else None
    server, message = server_of(delivery.call, number), message_of(delivery, number)
    delivery.attempts += 1
    delivery.answer = _post(server, message) if server else None
    if delivery.answer is None or not 200 <= delivery.answer < 300:
        return _try_again(delivery, server.get("backoffPlan") or {})
    delivery.state = Delivery.State.DELIVERED
    if next_trouble("webhooks", "duplicate"):
        _post(server, message)
    return None


def _post(server: dict[str, Any], message: dict[str, Any]) -> int | None:
    timeout = min(float(server.get("timeoutSeconds") or TIMEOUT), LONGEST_TIMEOUT)
    try:
        answer = http.send(
            "POST",
            server["url"],
            headers=_headers(server),
            json=message,
            timeout=timeout,
            max_bytes=MAX_ANSWER,
            foreign=True,
        )
    except (http.HttpError, ValueError):
        return None
    return answer.status


def _headers(server: dict[str, Any]) -> dict[str, str]:
    given = server.get("headers") or {}
    return {name: str(value) for name, value in given.items() if name.lower() not in RESERVED_HEADERS}


def _try_again(delivery: Delivery, backoff: dict[str, Any]) -> datetime | None:
    """When to retry, by the server's backoff plan; None without one."""
    excluded = delivery.answer in (backoff.get("excludedStatusCodes") or [])
    retries = min(int(backoff.get("maxRetries") or 0), MOST_RETRIES)
    if excluded or delivery.attempts > retries:
        delivery.state = Delivery.State.FAILED
        return None
    growth = 2 ** (delivery.attempts - 1) if backoff.get("type") == "exponential" else 1
    return timezone.now() + timedelta(seconds=float(backoff["baseDelaySeconds"]) * growth)
