"""Attempts to put a caller through to a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DESTINATION_LENGTH = 100


class Result(models.TextChoices):
    """How an attempt ended, as Vapi names it (`TransferArtifact.status`); "" where Vapi does not say."""

    CONNECTED = "connected", pgettext_lazy("result of a transfer", "put through")
    COMPLETED = "completed", pgettext_lazy("result of a transfer", "put through")
    NO_ANSWER = "no-answer", pgettext_lazy("result of a transfer", "no answer")
    BUSY = "busy", pgettext_lazy("result of a transfer", "busy")
    VOICEMAIL = "voicemail", pgettext_lazy("result of a transfer", "an answering machine picked up")
    FAILED = "failed", pgettext_lazy("result of a transfer", "failed")
    CANCELLED = "cancelled", pgettext_lazy("result of a transfer", "given up")


class Transfer(models.Model):
    """One attempt, in the order of the report, which gives no times of them."""

    call = models.ForeignKey(
        "calls.Call", verbose_name=_("call"), on_delete=models.CASCADE, related_name="transfers"
    )
    position = models.PositiveSmallIntegerField(_("position"))  # from 0
    destination = models.CharField(
        _("put through to"), max_length=DESTINATION_LENGTH, blank=True
    )  # E.164, or the address of an internet telephone
    result = models.CharField(_("result"), max_length=9, choices=Result.choices, blank=True)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["call", "position"], name="transfer_once")]

    def __str__(self) -> str:
        return f"{self.destination} {self.result}".strip()
