"""Reads of the desk."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from desk.enums import ItemState, QuestionState

if TYPE_CHECKING:
    from desk.models import Item, UnansweredQuestion  # noqa: F401 - the rows' types, as strings
    from organizations.models import Organization


class ItemQuerySet(models.QuerySet["Item"]):
    """Reads of items."""

    def for_organization(self, organization: "Organization") -> Self:
        return self.filter(organization=organization)

    def open(self) -> Self:
        """Waiting for a person, now or later."""
        return self.filter(state=ItemState.OPEN)

    def done(self) -> Self:
        return self.filter(state=ItemState.DONE)

    def waiting(self) -> Self:
        """Waiting for a person now."""
        return self.open().filter(Q(snoozed_until=None) | Q(snoozed_until__lte=timezone.now()))

    def snoozed(self) -> Self:
        """Put off until later."""
        return self.open().filter(snoozed_until__gt=timezone.now())

    def changed_since(self, moment: datetime) -> Self:
        """Changed, or back from being put off."""
        return self.filter(
            Q(changed_at__gt=moment) | Q(snoozed_until__gt=moment, snoozed_until__lte=timezone.now())
        )


class QuestionQuerySet(models.QuerySet["UnansweredQuestion"]):
    """Reads of questions without an answer."""

    def for_organization(self, organization: "Organization") -> Self:
        return self.filter(organization=organization)

    def open(self) -> Self:
        """Neither answered nor set aside."""
        return self.filter(state=QuestionState.OPEN)
