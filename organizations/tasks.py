"""What this room leaves to the queue. Arguments are ids; each may run twice."""

import uuid

from django_tasks import task

from organizations import emails


@task()
def deliver_invitation(token_id: str) -> None:
    """Mint and mail the link of one invitation."""
    emails.send_invitation(uuid.UUID(token_id))
