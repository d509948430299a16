"""Reads of calls."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone

from calls.enums import Status
from core.clock import ended

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from calls.models import Call, WebhookMessage  # noqa: F401 - the rows' types, as strings
    from organizations.models import Organization


class CallQuerySet(models.QuerySet["Call"]):
    """Reads of calls."""

    def for_organization(self, organization: "Organization") -> Self:
        return self.filter(organization=organization)

    def customers(self) -> Self:
        """Without the test calls that members place themselves."""
        return self.filter(is_test=False)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

    def locked(self) -> Self:
        """Rows that stay locked until the transaction ends; all who lock several do it in this one order.

        What a join reads along may be older than the row, which is read again after a wait: read it afterwards.
        """
        return self.select_for_update(of=("self",), no_key=True).order_by("pk")

    def unadopted(self) -> Self:
        """Of an assistant at Vapi that no row here had as its copy."""
        return self.filter(assistant=None).exclude(assistant_vapi_id="")

    def running(self) -> Self:
        """Not known to have ended."""
        return self.exclude(status=Status.ENDED)

    def missed(self) -> Self:
        """Known from Twilio alone."""
        return self.filter(vapi_id="")

    def stuck(self, *, silent_for: "timedelta") -> Self:
        """Running, though nothing was heard of it for so long."""
        return self.running().filter(ended("changed_at", silent_for))

    def unreported(self) -> Self:
        """Ended after a conversation of which Vapi's report has not come."""
        return self.filter(status=Status.ENDED, report_version="", started_at__isnull=False)

    def transcript_due(self, moment: "datetime") -> Self:
        """Ended before `moment`, with what was said in them still here."""
        return self.filter(ended_at__lt=moment, transcript_deleted_at=None)

    def price_due(self) -> Self:
        """Ended, and Twilio is to be asked for the price now."""
        return self.filter(price_due_at__lte=timezone.now())


class MessageQuerySet(models.QuerySet["WebhookMessage"]):
    """Reads of the inbox."""

    def pending(self) -> Self:
        """Not processed yet; failed ones included."""
        return self.filter(processed_at=None)

    def failed(self) -> Self:
        """Could not be processed, and no task tries again by itself."""
        return self.pending().exclude(problem="")
