"""Reads of connections."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from connections.enums import ConnectionState, NumberState

if TYPE_CHECKING:
    from connections.base import Connection
    from organizations.models import Organization


class ConnectionQuerySet(models.QuerySet[Any]):
    """Reads of one provider's connections."""

    def for_organization(self, organization: "Organization") -> Self:
        """The organisation's row, if it has one."""
        return self.filter(organization=organization)

    def with_credentials(self, identity: uuid.UUID, revision: int) -> Self:
        """The row, unless its credentials were replaced since `revision`."""
        return self.filter(id=identity, revision=revision)

    def lock_unchanged(self, connection: "Connection") -> bool:
        """Whether the credentials are still those of `connection`; they stay so until the transaction ends."""
        same = self.with_credentials(connection.pk, connection.revision)
        return same.select_for_update().first() is not None

    def in_outage(self, identity: uuid.UUID, told_at: datetime) -> Self:
        """The row, while the outage that was alerted at `told_at` lasts."""
        return self.filter(id=identity, told_at=told_at)

    def importable(self) -> Self:
        """Twilio numbers not yet imported, where the connection to Vapi works."""
        return self.filter(
            number_state=NumberState.PENDING, organization__vapiconnection__state=ConnectionState.OK
        )
