"""What this room leaves to the queue. Arguments are ids; each may run twice."""

import uuid
from datetime import timedelta

from django_tasks import task

from core.queue.schedule import periodic
from sandbox import cleaning, webhooks


@task()
def deliver_webhook(delivery_id: str) -> None:
    """Send one message of a call to the assistant's server."""
    if again := webhooks.deliver(uuid.UUID(delivery_id)):
        deliver_webhook.using(run_after=again).enqueue(delivery_id)


@periodic(every=timedelta(days=1))
@task()
def clean_up() -> None:
    """Forget what is old."""
    cleaning.clean_up()
