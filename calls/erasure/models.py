"""What stays of an erased call, and callers whose calls are being erased."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization


class ErasureQuerySet(models.QuerySet["Erasure"]):
    """Reads of erasures."""

    def for_organization(self, organization: Organization) -> Self:
        return self.filter(organization=organization)

    def waiting(self) -> Self:
        """Vapi has not erased the call yet, and is asked again."""
        return self.filter(due_at__isnull=False)

    def given_up(self) -> Self:
        """Vapi has not erased the call, and is not asked any more."""
        return self.filter(due_at=None, done_at=None)

    def due(self) -> Self:
        """Vapi is to be asked now."""
        return self.filter(due_at__lte=timezone.now())


class Erasure(models.Model):
    """An erased call: its ids, by which later news of it is known, and whether Vapi has erased it too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="+"
    )
    vapi_id = models.CharField(_("id at Vapi"), max_length=64, blank=True)
    twilio_sid = models.CharField(_("SID at Twilio"), max_length=34, blank=True)
    requested_at = models.DateTimeField(_("erased here"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("times Vapi was asked"), default=0)
    # When Vapi is asked next; None once it is done or given up.
    due_at = models.DateTimeField(_("Vapi is asked at"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=32, blank=True)  # a `connections.problems.Problem`
    done_at = models.DateTimeField(_("erased everywhere"), null=True, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erased call")
        verbose_name_plural = _("erased calls")
        ordering = ["-requested_at", "-id"]
        indexes = [
            models.Index(fields=["-requested_at", "-id"], name="erasure_list"),
            models.Index(fields=["organization", "requested_at"], name="erasure_news"),
            models.Index(fields=["due_at"], name="erasure_due", condition=Q(due_at__isnull=False)),
            models.Index(
                fields=["organization", "twilio_sid"], name="erasure_by_sid", condition=~Q(twilio_sid="")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "vapi_id"], name="erasure_once", condition=~Q(vapi_id="")
            ),
            models.CheckConstraint(
                name="erasure_ends_once", condition=Q(done_at=None) | Q(due_at=None, problem="")
            ),
        ]

    def __str__(self) -> str:
        return self.vapi_id or self.twilio_sid or str(self.pk)


class CallerErasure(models.Model):
    """A caller whose calls are being erased; the row, which holds the number, goes with the last of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="+"
    )
    number = models.CharField(_("number"), max_length=16)  # E.164
    # Calls that were created later stay: the caller called again.
    requested_at = models.DateTimeField(_("requested"), default=timezone.now)
    # When a task continues at the latest: each batch moves it.
    due_at = models.DateTimeField(_("continues at"), default=timezone.now)

    class Meta:
        verbose_name = _("caller being erased")
        verbose_name_plural = _("callers being erased")
        ordering = ["requested_at"]

    def __str__(self) -> str:
        return str(self.pk)
