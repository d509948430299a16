"""Messages of a call to the assistant's server: sent by tasks, tried again as the server asks.

A switched-on trouble loses, doubles, delays or mixes them: Vapi promises no order, and no message only once.
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

TIMEOUT = 20  # seconds; Vapi's own, where an assistant says nothing else
LONGEST_TIMEOUT = 30
MOST_RETRIES = 10
MAX_ANSWER = 64 * 1024  # bytes
# What the transport writes itself.
NOT_THEIRS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "expect"}
)


def server_of(call: Call, number: PhoneNumber | None = None) -> dict[str, Any]:
    """Where the messages go: the assistant's server, else the number's; empty where there is none."""
    found = call.assistant.get("server") or (number.body.get("server") if number else None) or {}
    return found if found.get("url") else {}


@task()
def deliver_webhook(delivery_id: str) -> None:
    """Send one message, unless it was sent; again later where a trouble delays it or the server asks for a retry."""
    delivery = Delivery.objects.select_related("call").filter(id=uuid.UUID(delivery_id)).first()
    if delivery is None or delivery.state != Delivery.State.WAITING:
        return
    next_attempt_at = _postponed(delivery) or _send(delivery)
    delivery.due_at = next_attempt_at or delivery.due_at
    delivery.save()
    if next_attempt_at:
        deliver_webhook.using(run_after=next_attempt_at).enqueue(delivery_id)


def _postponed(delivery: Delivery) -> datetime | None:
    """Until when a trouble holds it back: once only, or it would never arrive."""
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
    return {name: str(value) for name, value in given.items() if name.lower() not in NOT_THEIRS}


def _try_again(delivery: Delivery, backoff: dict[str, Any]) -> datetime | None:
    """When, as the server's backoff plan says; without one there is no second time."""
    excluded = delivery.answer in (backoff.get("excludedStatusCodes") or [])
    retries = min(int(backoff.get("maxRetries") or 0), MOST_RETRIES)
    if excluded or delivery.attempts > retries:
        delivery.state = Delivery.State.FAILED
        return None
    growth = 2 ** (delivery.attempts - 1) if backoff.get("type") == "exponential" else 1
    return timezone.now() + timedelta(seconds=float(backoff["baseDelaySeconds"]) * growth)
