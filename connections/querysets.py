"""Reads of connections."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from organizations.models import Organization


class ConnectionQuerySet(models.QuerySet[Any]):
    """Reads of one provider's connections."""

    def for_organization(self, organization: "Organization") -> Self:
        """One organisation's: one row or none."""
        return self.filter(organization=organization)

    def with_credentials(self, identity: uuid.UUID, revision: int) -> Self:
        """One row, if it still has the credentials that were asked about."""
        return self.filter(id=identity, revision=revision)

    def in_outage(self, identity: uuid.UUID, told_at: datetime) -> Self:
        """One row, if it still fails as it did when its people were told."""
        return self.filter(id=identity, told_at=told_at)

    def importable(self) -> Self:
        """Numbers that still wait for Vapi, where Vapi can be had."""
        return self.filter(number_state="pending", organization__vapiconnection__state="ok")
