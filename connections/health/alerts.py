"""Having people told that callers may reach nobody: those who can mend it, a mail each, once an outage.

Both are called inside the transaction that finds the outage to be new, which no second one can.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import override
from django_tasks import task

from connections.models import MODELS, AnyConnection, NumberState, TwilioConnection
from connections.problems import PASSING, Provider
from core.mail.messages import absolute_url, send_mail
from organizations.models import Membership, Organization
from organizations.permissions import Permission


def tell_of_connection(row: AnyConnection) -> None:
    """A connection fails since a while, or for a reason that waits for somebody."""
    assert row.told_at is not None  # noqa: S101 - for the type checker
    for member in _who_can_mend(row.organization):
        send_connection_failing.enqueue(row.provider, str(row.id), row.told_at.isoformat(), str(member.id))


def tell_of_number(twilio: TwilioConnection) -> None:
    """Vapi answered a number, and has it no more."""
    for member in _who_can_mend(twilio.organization):
        send_number_lost.enqueue(str(twilio.id), twilio.revision, str(member.id))


def _who_can_mend(organization: Organization) -> Iterable[Membership]:
    return Membership.objects.for_organization(organization).who_may(Permission.CONNECTION_MANAGE)


# Where the providers tell of their own troubles.
STATUS_PAGES = {Provider.VAPI: "status.vapi.ai", Provider.TWILIO: "status.twilio.com"}


@task()
def send_connection_failing(provider: str, connection_id: str, told_at: str, membership_id: str) -> None:
    """Tell one who can mend a connection that it fails, why, and what to do. Nothing once it works again."""
    row = (
        MODELS[provider].objects.in_outage(uuid.UUID(connection_id), datetime.fromisoformat(told_at)).first()
    )
    member = _one_who_can_mend(membership_id)
    if row is None or member is None:
        return
    with override(member.user.locale):
        explanation = row.explanation
    context = {
        "provider": row.provider.label,
        "explanation": explanation,
        "since": row.failing_since,
        "status_page": STATUS_PAGES[row.provider] if row.problem in PASSING else "",
    }
    _send("connection_failing", member, is_sandbox=row.is_sandbox, **context)


@task()
def send_number_lost(connection_id: str, revision: int, membership_id: str) -> None:
    """Tell one who can mend it that Vapi no longer has the number. Nothing once it was handed over again."""
    lost = TwilioConnection.objects.with_credentials(uuid.UUID(connection_id), revision)
    twilio = lost.filter(number_state=NumberState.OUT_OF_STEP).first()
    member = _one_who_can_mend(membership_id)
    if twilio is None or member is None:
        return
    number = twilio.phone_number.as_international
    _send("number_lost", member, is_sandbox=twilio.is_sandbox, number=number)


def _one_who_can_mend(membership_id: str) -> Membership | None:
    able = Membership.objects.who_may(Permission.CONNECTION_MANAGE).filter(id=uuid.UUID(membership_id))
    return able.select_related("user", "organization").first()


def _send(template: str, member: Membership, **context: Any) -> None:
    user, organization = member.user, member.organization
    with override(user.locale):
        url = absolute_url(reverse("connections:page", args=[organization.slug]))
    send_mail(
        template,
        to=user.email,
        locale=user.locale,
        timezone_name=user.timezone,
        context={"url": url, "organization": organization.name, **context},
        links={"CONNECTIONS URL": url},
    )
