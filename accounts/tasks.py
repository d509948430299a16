"""What this room leaves to the queue. Arguments are ids; each may run twice."""

import uuid
from datetime import timedelta

from django_tasks import task

from accounts import cleaning, emails
from core.queue.schedule import periodic


@task()
def deliver_login_link(token_id: str) -> None:
    """Mint and mail one sign-in link."""
    emails.send_login_link(uuid.UUID(token_id))


@task()
def deliver_change_link(token_id: str) -> None:
    """Mint and mail the confirmation of a new address."""
    emails.send_change_link(uuid.UUID(token_id))


@task()
def deliver_undo_link(token_id: str) -> None:
    """Mint and mail the way back to the old address."""
    emails.send_undo_link(uuid.UUID(token_id))


@task()
def deliver_new_device(session_id: str) -> None:
    """Mail a person about a sign-in from a new browser."""
    emails.send_new_device(uuid.UUID(session_id))


@periodic(every=timedelta(hours=1))
@task()
def clean_up() -> None:
    """Remove links and sessions that nothing asks for any more."""
    cleaning.clean_up()
