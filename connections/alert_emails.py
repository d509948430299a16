"""The recipients of alerts about connections, and how alerts are sent."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import override

from core.mail.messages import absolute_url, send_mail
from organizations.models import Membership, Organization
from organizations.permissions import Permission


def recipients_of(organization: Organization) -> Iterable[Membership]:
    """The memberships that may repair the organisation's connections."""
    return Membership.objects.for_organization(organization).who_may(Permission.CONNECTION_MANAGE)


def recipient(membership_id: str) -> Membership | None:
    """The membership, if it still exists and may still repair connections."""
    able = Membership.objects.who_may(Permission.CONNECTION_MANAGE).filter(id=uuid.UUID(membership_id))
    return able.select_related("user", "organization").first()


def send_alert(template: str, membership: Membership, **context: Any) -> None:
    """Send one alert in the recipient's language, with a link to the connections page."""
    user, organization = membership.user, membership.organization
    with override(user.locale):
        url = absolute_url(reverse("connections:page", args=[organization.slug]))
    send_mail(
        template,
        to=user.email,
        locale=user.locale,
        timezone_name=user.timezone,
        context={"url": url, **context},
        names={"organization": organization.name},
        links={"CONNECTIONS URL": url},
    )
