"""The rows of the stand-ins. They hold no real data, and no other app reads them.

Every object at Vapi belongs to a key, and other keys do not see it.
"""

import uuid
from datetime import datetime
from typing import Any, TypedDict

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sandbox.querysets import CallQuerySet, OwnedQuerySet, TroubleQuerySet


class Turn(TypedDict):
    """One turn of a call; `at` and `lasts` are seconds, counted from when the call was answered."""

    role: str
    text: str
    at: float
    lasts: float


def now() -> datetime:
    """The time in whole milliseconds, as Vapi writes it: what a client reads equals what is stored."""
    moment = timezone.now()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class Owned(models.Model):
    """A row that belongs to a key of Vapi."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        abstract = True
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["key", "-created_at"], name="sandbox_%(class)s_key")]

    def __str__(self) -> str:
        return str(self.id)


class Assistant(Owned):
    """An assistant at Vapi: `body` is returned as it was sent."""

    body: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)

    objects = OwnedQuerySet.as_manager()

    class Meta(Owned.Meta):
        verbose_name = _("sandbox assistant")
        verbose_name_plural = _("sandbox assistants")

    @property
    def name(self) -> str:
        return str(self.body.get("name", ""))


class PhoneNumber(Owned):
    """A Twilio number imported into Vapi. The token sent with it is not stored."""

    number = models.CharField(max_length=40)
    body: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)

    objects = OwnedQuerySet.as_manager()

    class Meta(Owned.Meta):
        verbose_name = _("sandbox phone number")
        verbose_name_plural = _("sandbox phone numbers")
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="sandbox_number_once")]


class Call(Owned):
    """A call, planned to its end when it is placed: its state is read from the clock."""

    class Kind(models.TextChoices):
        INBOUND = "inboundPhoneCall"
        OUTBOUND = "outboundPhoneCall"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    assistant_id = models.UUIDField()
    phone_number_id = models.UUIDField(null=True, blank=True)
    request: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)  # the call as it was requested
    assistant: models.JSONField[dict[str, Any]] = models.JSONField(
        default=dict
    )  # as it was when the call began
    turns: models.JSONField[list[Turn]] = models.JSONField(default=list)  # who says what, and when
    # What a model would find in it (`sandbox.conversation.summary`); empty where no structured output was asked for.
    extract: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    ringing_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)  # None where the call is not answered
    ended_at = models.DateTimeField()
    ended_reason = models.CharField(max_length=60)
    twilio_sid = models.CharField(max_length=34)
    # Of the number that takes or places it; empty: the published one.
    twilio_account_sid = models.CharField(max_length=34, blank=True, default="", db_default="")

    objects = CallQuerySet.as_manager()

    class Meta(Owned.Meta):
        verbose_name = _("sandbox call")
        verbose_name_plural = _("sandbox calls")

    @property
    def status(self) -> str:
        """The state now, as Vapi names it."""
        reached = timezone.now()
        if reached >= self.ended_at:
            return "ended"
        if self.started_at and reached >= self.started_at:
            return "in-progress"
        return "ringing" if reached >= self.ringing_at else "queued"

    @property
    def seconds(self) -> float:
        """The length of the conversation; 0 where the call was not answered."""
        return (self.ended_at - self.started_at).total_seconds() if self.started_at else 0.0


class Chat(Owned):
    """One turn of a chat; `previous` is the turn before it."""

    assistant_id = models.UUIDField()
    previous = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    input = models.TextField()
    output = models.TextField()
    # What the conversation remembers after this turn: see `sandbox.conversation.state`.
    state: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)

    objects = OwnedQuerySet.as_manager()

    class Meta(Owned.Meta):
        verbose_name = _("sandbox chat")
        verbose_name_plural = _("sandbox chats")


class Delivery(models.Model):
    """A message of a call to the assistant's server."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        FAILED = "failed"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=30)
    status = models.CharField(max_length=20, blank=True)  # of a status-update
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    answer = models.PositiveSmallIntegerField(null=True, blank=True)  # the status that came back
    is_postponed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("sandbox delivery")
        verbose_name_plural = _("sandbox deliveries")
        ordering = ["due_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}".strip()


class TwilioCall(models.Model):
    """A leg of a call as Twilio lists it."""

    sid = models.CharField(primary_key=True, max_length=34)
    account_sid = models.CharField(max_length=34)
    parent_sid = models.CharField(max_length=34, blank=True, db_index=True)
    from_number = models.CharField(max_length=40)
    to_number = models.CharField(max_length=40)
    direction = models.CharField(max_length=20)
    created_at = models.DateTimeField(default=now, db_index=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, default="completed")
    price = models.DecimalField(max_digits=10, decimal_places=5)  # US dollars, negative

    class Meta:
        verbose_name = _("sandbox Twilio call")
        verbose_name_plural = _("sandbox Twilio calls")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["account_sid", "-created_at"], name="sandbox_twilio_log")]

    def __str__(self) -> str:
        return self.sid


class Trouble(models.Model):
    """A fault that is switched on: for the next `remaining` requests, or until it is switched off."""

    class Provider(models.TextChoices):
        VAPI = "vapi", "Vapi"
        TWILIO = "twilio", "Twilio"
        WEBHOOKS = "webhooks", _("Webhooks")

    provider = models.CharField(max_length=10, choices=Provider.choices)
    kind = models.CharField(max_length=20)
    remaining = models.PositiveIntegerField(null=True, blank=True)
    seconds = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=now)

    objects = TroubleQuerySet.as_manager()

    class Meta:
        verbose_name = _("sandbox trouble")
        verbose_name_plural = _("sandbox troubles")
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["provider", "kind"], name="sandbox_trouble_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind}"
