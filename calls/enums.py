"""Choices that are stored in the rows of calls."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The direction of a call."""

    INBOUND = "inbound", _("incoming")
    OUTBOUND = "outbound", _("outgoing")
    WEB = "web", _("from a web page")


class Status(models.TextChoices):
    """How far a call is, as Vapi names it. A call only ever moves down this list."""

    QUEUED = "queued", _("queued")
    RINGING = "ringing", _("ringing")
    IN_PROGRESS = "in-progress", _("under way")
    FORWARDING = "forwarding", _("being transferred")
    ENDED = "ended", _("ended")

    @property
    def rank(self) -> int:
        """The position in the list."""
        return list(Status).index(self)


class Speaker(models.TextChoices):
    """The side that speaks."""

    ASSISTANT = "assistant", _("assistant")
    CALLER = "caller", _("caller")


class Part(models.TextChoices):
    """What a part of a call's cost pays for. The first ones are Vapi's buckets, the last two Twilio's legs."""

    TRANSPORT = "transport", _("line of Vapi")
    STT = "stt", _("listening")
    LLM = "llm", _("thinking")
    TTS = "tts", _("speaking")
    VAPI = "vapi", _("Vapi’s own fee")
    CHAT = "chat", _("written chat")
    ANALYSIS = "analysis", _("summing up")
    OTHER = "other", _("other")
    PARENT_LEG = "parent_leg", _("phone call")
    CHILD_LEGS = "child_legs", _("connection onward")


class CostState(models.TextChoices):
    """Whether an amount can still change."""

    ESTIMATED = "estimated", _("estimated")
    PARTIAL = "partial", _("not complete yet")
    FINAL = "final", _("final")
