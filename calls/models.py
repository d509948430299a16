"""Calls, what was said in them and what they cost; the other models stand in their packages."""

import uuid
from collections import defaultdict
from decimal import Decimal

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assistants.models import Assistant
from calls.contacts.models import Contact
from calls.costs.models import CallTotal
from calls.enums import CostState, Kind, Part, Speaker, Status
from calls.erasure.models import CallerErasure, Erasure
from calls.inbox.models import WebhookMessage
from calls.notes.models import CallNote
from calls.querysets import CallQuerySet
from calls.reconciliation.models import Sweep
from calls.recordings.models import Recording
from calls.statistics.models import CallCount, CostBucket, CountBucket, EndingBucket
from calls.summaries.models import SUBJECT_LENGTH, CallSummary
from calls.transfers.models import Transfer
from connections.enums import Provider
from organizations.models import Organization

__all__ = [
    "Call",
    "CallCount",
    "CallNote",
    "CallSummary",
    "CallTotal",
    "CallerErasure",
    "Contact",
    "CostBucket",
    "CostPart",
    "CountBucket",
    "EndingBucket",
    "Erasure",
    "Recording",
    "Sweep",
    "Transfer",
    "Turn",
    "WebhookMessage",
]

TURN_LENGTH = 10_000
# Columns by which the history is filtered, and what their indexes are named after.
FILTERED = {
    "assistant": "assistant",
    "customer_number": "number",
    "ended_reason": "ending",
    "kind": "direction",
}


class Call(models.Model):
    """A conversation at Vapi. Only `calls.progress` writes it: any order of what Vapi tells leads to the same row.

    Without `vapi_id` it is a call that Twilio lists and that Vapi never had: see `calls.reconciliation.missed_calls`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="calls"
    )
    assistant = models.ForeignKey(
        Assistant, verbose_name=_("assistant"), null=True, on_delete=models.SET_NULL, related_name="calls"
    )
    vapi_id = models.CharField(_("id at Vapi"), max_length=64, blank=True)
    assistant_vapi_id = models.CharField(_("assistant at Vapi"), max_length=64, blank=True)
    kind = models.CharField(_("direction"), max_length=8, choices=Kind.choices)
    is_test = models.BooleanField(_("test call"), default=False)
    customer_number = models.CharField(_("caller’s number"), max_length=16, blank=True)  # E.164; "": withheld
    our_number = models.CharField(_("our number"), max_length=16, blank=True)  # E.164
    twilio_sid = models.CharField(_("SID at Twilio"), max_length=34, blank=True)
    status = models.CharField(_("state"), max_length=11, choices=Status.choices, default=Status.QUEUED)
    created_at = models.DateTimeField(_("created"))  # Vapi's time
    started_at = models.DateTimeField(_("answered"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    seconds = models.PositiveIntegerField(_("length in seconds"), null=True, blank=True)
    # Vapi's `endedReason`, or one of `calls.endings.causes.TWILIO_REASONS`
    ended_reason = models.CharField(_("why it ended"), max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=SUBJECT_LENGTH, blank=True)
    # `calls.retention` deletes the turns, the subject and the summary's words.
    transcript_deleted_at = models.DateTimeField(_("what was said deleted"), null=True, blank=True)
    # Of the report that the row holds: its time and digest. A report with a smaller one changes nothing.
    report_version = models.CharField(max_length=40, blank=True, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    # When Twilio is asked for the price next; None where no price is to come.
    price_due_at = models.DateTimeField(_("price asked for at"), null=True, blank=True)
    price_attempts = models.PositiveSmallIntegerField(_("times asked for the price"), default=0)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="call_list"),
            models.Index(fields=["organization", "changed_at"], name="call_news"),
            models.Index(fields=["organization", "twilio_sid"], name="call_by_sid"),
            models.Index(fields=["changed_at"], name="call_running", condition=~Q(status=Status.ENDED)),
            models.Index(
                fields=["organization", "ended_at"],
                name="call_said",
                condition=Q(transcript_deleted_at=None, ended_at__isnull=False),
            ),
            models.Index(
                fields=["organization", "ended_at"],
                name="call_unreported",
                condition=Q(status=Status.ENDED, report_version="", started_at__isnull=False),
            ),
            models.Index(
                fields=["price_due_at"], name="call_unpriced", condition=Q(price_due_at__isnull=False)
            ),
            models.Index(
                fields=["organization", "assistant_vapi_id"],
                name="call_unadopted",
                condition=Q(assistant=None) & ~Q(assistant_vapi_id=""),
            ),
            # The filters of the history; what was said and parts of a number have trigram indexes on PostgreSQL.
            *(
                models.Index(fields=["organization", column, "-created_at", "-id"], name=f"call_by_{name}")
                for column, name in FILTERED.items()
            ),
        ]
        constraints = [
            # One index for both: a plan that PostgreSQL keeps for any parameters cannot use one with a condition.
            models.UniqueConstraint(
                F("organization"),
                F("vapi_id"),
                Case(When(vapi_id="", then=F("twilio_sid")), default=Value("")),
                name="call_once",
            ),
            models.CheckConstraint(name="call_has_an_id", condition=~Q(vapi_id="") | ~Q(twilio_sid="")),
            models.CheckConstraint(
                name="call_ended_says_when",
                condition=Q(status=Status.ENDED, ended_at__isnull=False)
                | (~Q(status=Status.ENDED) & Q(ended_at=None)),
            ),
            models.CheckConstraint(
                name="call_starts_before_it_ends",
                condition=Q(started_at=None) | Q(ended_at=None) | Q(started_at__lte=F("ended_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vapi_id or self.twilio_sid} {self.status}"

    @property
    def has_ended(self) -> bool:
        return self.status == Status.ENDED

    @property
    def is_reported(self) -> bool:
        """Whether Vapi's account of the whole call has come: transcript, times and costs."""
        return bool(self.report_version)

    @property
    def is_priced(self) -> bool:
        """Whether no amount is going to change any more."""
        return (self.is_reported or not self.vapi_id) and self.price_due_at is None

    def costs(self) -> dict[str, Decimal]:
        """The total of each currency (ISO 4217). Reads the parts, or takes the prefetched ones."""
        totals: defaultdict[str, Decimal] = defaultdict(Decimal)
        for part in self.cost_parts.all():
            totals[part.currency] += part.amount
        return dict(totals)


class Turn(models.Model):
    """What one side said without a break. Its text comes from a telephone: it is text everywhere, never markup."""

    call = models.ForeignKey(Call, verbose_name=_("call"), on_delete=models.CASCADE, related_name="turns")
    position = models.PositiveSmallIntegerField(_("position"))  # from 0
    speaker = models.CharField(_("speaker"), max_length=9, choices=Speaker.choices)
    text = models.TextField(_("text"), max_length=TURN_LENGTH)
    at = models.DecimalField(_("start"), max_digits=9, decimal_places=3)  # seconds from the call's start
    lasts = models.DecimalField(_("length"), max_digits=9, decimal_places=3)  # seconds

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["call", "position"], name="turn_once")]

    def __str__(self) -> str:
        return f"{self.position} {self.speaker}"


class CostPart(models.Model):
    """One part of a call's cost. The parts of a provider add up to what it charges, to the last of six digits.

    After each change of a call's parts, `calls.costs.services.refresh_costs` keeps their sums.
    """

    call = models.ForeignKey(
        Call, verbose_name=_("call"), on_delete=models.CASCADE, related_name="cost_parts"
    )
    provider = models.CharField(_("provider"), max_length=8, choices=Provider.choices)
    part = models.CharField(_("part"), max_length=10, choices=Part.choices)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=6)  # what is charged is positive
    currency = models.CharField(_("currency"), max_length=3)  # ISO 4217
    state = models.CharField(_("state"), max_length=9, choices=CostState.choices)

    class Meta:
        verbose_name = _("part of a cost")
        verbose_name_plural = _("parts of costs")
        ordering = ["provider", "part", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["call", "provider", "part", "currency"], name="cost_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.part} {self.amount} {self.currency}"
