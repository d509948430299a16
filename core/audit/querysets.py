"""Queries on audit events."""

import uuid
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from core.models import AuditEvent  # noqa: F401 - named in a string below


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Reads, and the masking of names."""

    def about(self, subject_id: uuid.UUID) -> "AuditEventQuerySet":
        """Events whose subject has this id, newest first."""
        return self.filter(subject_id=subject_id).order_by("-at")

    def for_organization(self, organization_id: uuid.UUID) -> "AuditEventQuerySet":
        """Events of one organisation, newest first."""
        return self.filter(organization_id=organization_id).order_by("-at")

    def forget_name(self, person_id: uuid.UUID, label: str) -> None:
        """Replace the name of a user who closed their account by `label`; the events stay."""
        self.filter(actor_id=person_id).update(actor_label=label)
        self.filter(subject_id=person_id).update(subject_label=label)
