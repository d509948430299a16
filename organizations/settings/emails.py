"""The mail to the members of an organisation that was deleted."""

import uuid

from django_tasks import task

from accounts.models import User
from core.mail.messages import send_mail
from core.models import AuditEvent


@task()
def send_organization_deleted(event_id: str, user_id: str) -> None:
    """Tell one former member which organisation was deleted, by whom and when. May run twice.

    `event_id` is the audit event of the deletion. Sends nothing to an account that is closed or deactivated meanwhile.
    """
    event = AuditEvent.objects.filter(id=uuid.UUID(event_id)).first()
    user = User.objects.filter(id=uuid.UUID(user_id), is_active=True).first()
    if event is None or user is None:
        return
    deleter = User.objects.filter(id=event.actor_id).first() if event.actor_id else None
    names = {"organization": event.subject_label}
    if deleter and deleter.name:
        names["deleter"] = deleter.name
    send_mail(
        "organization_deleted",
        to=user.email,
        locale=user.locale,
        timezone_name=user.timezone,
        # The event holds the deleter's address, masked once that account is closed.
        context={"at": event.at, "deleter": event.actor_label, "is_own": user.pk == event.actor_id},
        names=names,
    )
