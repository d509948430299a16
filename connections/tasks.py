"""What this room leaves to the queue. Arguments are ids; each may run twice."""

import uuid
from datetime import datetime, timedelta

from django_tasks import task

from connections import checks, emails, importing
from connections.models import TwilioConnection
from core.queue.schedule import periodic


@task()
def check_connection(provider: str, connection_id: str) -> None:
    """Ask one provider whether one connection works."""
    checks.check_by_id(provider, uuid.UUID(connection_id))


@task()
def import_number(organization_id: str) -> None:
    """Have Vapi answer one organisation's number."""
    importing.import_number(uuid.UUID(organization_id))


@task()
def release_number(organization_id: str, number_id: str) -> None:
    """Have Vapi forget a number."""
    importing.release_number(uuid.UUID(organization_id), number_id)


@task()
def deliver_connection_failing(provider: str, connection_id: str, told_at: str, membership_id: str) -> None:
    """Mail one person that a connection fails; `told_at` names the outage."""
    outage = datetime.fromisoformat(told_at)
    emails.send_connection_failing(provider, uuid.UUID(connection_id), outage, uuid.UUID(membership_id))


@task()
def deliver_number_lost(connection_id: str, revision: int, membership_id: str) -> None:
    """Mail one person that nobody answers their number any more."""
    emails.send_number_lost(uuid.UUID(connection_id), revision, uuid.UUID(membership_id))


@periodic(every=timedelta(minutes=15))
@task()
def check_connections() -> None:
    """Look after every connection, each in a task of its own: one that is slow holds no other up."""
    for provider, model in checks.MODELS.items():
        for identity in model.objects.values_list("id", flat=True):
            check_connection.enqueue(provider, str(identity))
    for organization_id in TwilioConnection.objects.importable().values_list("organization_id", flat=True):
        import_number.enqueue(str(organization_id))
