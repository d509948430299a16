"""Which messages a call will send, and when."""

from datetime import timedelta

from django.utils import timezone

from sandbox.calls.webhooks import deliver_webhook, server_of
from sandbox.models import Call, Delivery, PhoneNumber

UNASKED = ("status-update", "end-of-call-report")  # sent where an assistant does not say what it wants
REPORT_AFTER = timedelta(seconds=1)


def plan_deliveries(call: Call, number: PhoneNumber | None) -> None:
    """Put on their way the messages that the assistant asks for, each when it is due."""
    if not server_of(call, number):
        return
    wanted = call.assistant.get("serverMessages") or UNASKED
    for delivery in Delivery.objects.bulk_create(row for row in _all_of(call) if row.kind in wanted):
        is_due = delivery.due_at <= timezone.now()
        deliver_webhook.using(run_after=None if is_due else delivery.due_at).enqueue(str(delivery.id))


def _all_of(call: Call) -> list[Delivery]:
    points = [("ringing", call.ringing_at), ("in-progress", call.started_at), ("ended", call.ended_at)]
    updates = [
        Delivery(call=call, kind="status-update", status=status, due_at=moment)
        for status, moment in points
        if moment is not None
    ]
    report = Delivery(call=call, kind="end-of-call-report", due_at=call.ended_at + REPORT_AFTER)
    return [*updates, report]
