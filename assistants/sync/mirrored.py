"""The fields, states and queries of rows that have a copy at Vapi."""

from datetime import timedelta
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.clock import ended
from organizations.models import Organization

# A request takes fifteen seconds at most, and the lease is renewed before each one that creates something.
LEASE_TIME = timedelta(seconds=60)
# Longer than the queue retries (about ten minutes). A task that waits longer, because the provider asked for it, is
# not harmed by a second one.
FORGOTTEN_AFTER = timedelta(minutes=15)

Row = TypeVar("Row", bound=models.Model)


class SyncState(models.TextChoices):
    """How a row compares with its copy at Vapi."""

    PENDING = "pending", _("Being sent")
    IN_STEP = "in_step", _("Up to date")
    OUT_OF_STEP = "out_of_step", _("Out of step")
    DELETING = "deleting", _("Being deleted")


class MirroredQuerySet(models.QuerySet[Row]):
    """Queries on rows that have a copy at Vapi."""

    def for_organization(self, organization: Organization) -> Self:
        return self.filter(organization=organization)

    def waiting(self) -> Self:
        """Rows that Vapi has still to be told about."""
        return self.filter(sync_state__in=(SyncState.PENDING, SyncState.DELETING))

    def in_step(self) -> Self:
        """Rows whose copy is up to date, as far as is known."""
        return self.filter(sync_state=SyncState.IN_STEP)

    def unleased(self) -> Self:
        """Rows that no task is synchronising now."""
        return self.filter(Q(held_until=None) | ended("held_until", timedelta(), longest=LEASE_TIME))

    def forgotten(self) -> Self:
        """Rows that wait without a task: their worker died, or Vapi was disconnected."""
        unheld = Q(held_until=None) | ended("held_until", FORGOTTEN_AFTER, longest=LEASE_TIME)
        return self.waiting().filter(unheld, ended("changed_at", FORGOTTEN_AFTER))

    def mark_pending(self, **fields: Any) -> int:
        """Start a new revision that Vapi has to be told about; `fields` are set with it and win.

        `F`, since a task may be writing the outcome of the revision before to the same row.
        """
        revision = {
            "revision": F("revision") + 1,
            "sync_state": SyncState.PENDING,
            "sync_problem": "",
            "changed_at": timezone.now(),
        }
        return self.update(**(revision | fields))


class Mirrored(models.Model):
    """A row with a copy at Vapi. The row holds the wanted state; a task sends it and saves the outcome here.

    A task may only mark the row as up to date while `revision` is the one it sent. `held_by` and `held_until` are the
    lease of the task that talks to Vapi for this row: two tasks at once would create two copies.
    """

    sync_state = models.CharField(
        _("state at Vapi"), max_length=11, choices=SyncState.choices, default=SyncState.PENDING
    )
    # `assistants.problems.Reason` or `connections.problems.Problem`.
    sync_problem = models.CharField(_("problem at Vapi"), max_length=32, blank=True)
    refusal = models.TextField(
        blank=True, default="", db_default="", editable=False
    )  # `ProviderError.refusal`
    revision = models.PositiveIntegerField(_("revision"), default=1)
    synced_revision = models.PositiveIntegerField(_("revision at Vapi"), default=0)
    synced_at = models.DateTimeField(_("sent to Vapi"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    held_by = models.UUIDField(null=True, blank=True, editable=False)
    held_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_in_step(self) -> bool:
        return self.sync_state == SyncState.IN_STEP

    @property
    def is_out_of_step(self) -> bool:
        """Whether a user has to decide."""
        return self.sync_state == SyncState.OUT_OF_STEP

    @property
    def is_settled(self) -> bool:
        """Whether no task is going to change the state soon."""
        return self.sync_state in {SyncState.IN_STEP, SyncState.OUT_OF_STEP}
