"""Reads of assistants and of an organisation's line."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from assistants.models import Assistant, Line
    from organizations.models import Organization

Mirrored = TypeVar("Mirrored", bound=models.Model)

# Longer than the queue goes on trying (about ten minutes): what still waits then has no task any more, or one that
# waits for as long as the provider asked, beside which another does no harm.
FORGOTTEN_AFTER = timedelta(minutes=15)


class MirroredQuerySet(models.QuerySet[Mirrored]):
    """Reads of what has a twin at Vapi."""

    def for_organization(self, organization: "Organization") -> Self:
        """Those of one organisation."""
        return self.filter(organization=organization)

    def waiting(self) -> Self:
        """Those that Vapi has still to be told of."""
        return self.filter(sync_state__in=("pending", "deleting"))

    def in_step(self) -> Self:
        """Those that Vapi has as they are here, as far as is known."""
        return self.filter(sync_state="in_step")

    def unheld(self) -> Self:
        """Those that no task works on at this moment."""
        return self.filter(Q(held_until=None) | Q(held_until__lte=timezone.now()))

    def forgotten(self) -> Self:
        """Those that wait although no task will come for them: a worker died at the wrong moment, or Vapi was cut."""
        long_ago = timezone.now() - FORGOTTEN_AFTER
        return self.waiting().filter(
            Q(held_until=None, changed_at__lt=long_ago) | Q(held_until__lt=long_ago, changed_at__lt=long_ago)
        )


class AssistantQuerySet(MirroredQuerySet["Assistant"]):
    """Reads of assistants."""

    def listed(self) -> Self:
        """In the order of their list: the newest first."""
        return self.order_by("-created_at", "-id")

    def matching(self, text: str) -> Self:
        """Those whose name or texts hold what somebody typed."""
        if not text:
            return self
        return self.filter(
            Q(name__icontains=text) | Q(first_message__icontains=text) | Q(prompt__icontains=text)
        )

    def answering(self) -> Self:
        """Those that answer their organisation's number."""
        return self.filter(answers_calls=True)

    def made_with(self, organization: "Organization", key: uuid.UUID) -> "Assistant | None":
        """The one that this very form has already made."""
        return self.for_organization(organization).filter(creation_key=key).first()


class LineQuerySet(MirroredQuerySet["Line"]):
    """Reads of lines."""

    def of(self, organization_id: Any) -> "Line":
        """The line of an organisation, made when it is first spoken of."""
        return self.get_or_create(organization_id=organization_id)[0]
