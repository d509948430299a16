"""What the caller wanted, as a language model understood it. All of it is text from a telephone, never markup."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SUBJECT_LENGTH = 200
NAME_LENGTH = 80
WHEN_LENGTH = 200
WISHES_LENGTH = 1000
QUESTION_LENGTH = 300
MOST_QUESTIONS = 10


class Purpose(models.TextChoices):
    """What a call asks of the people of the organisation."""

    MESSAGE = "message", pgettext_lazy("purpose of a call", "Message")
    CALLBACK = "callback", pgettext_lazy("purpose of a call", "Call back")
    APPOINTMENT = "appointment", pgettext_lazy("purpose of a call", "Appointment or order")
    COMPLAINT = "complaint", pgettext_lazy("purpose of a call", "Complaint")
    NONE = "none", pgettext_lazy("purpose of a call", "Nothing to do")


class Urgency(models.TextChoices):
    """How soon the organisation should act."""

    LOW = "low", pgettext_lazy("urgency", "No hurry")
    NORMAL = "normal", pgettext_lazy("urgency", "Normal")
    URGENT = "urgent", pgettext_lazy("urgency", "Urgent")

    @property
    def rank(self) -> int:
        """The position in the list: the most urgent is the largest."""
        return list(Urgency).index(self)


class CallSummary(models.Model):
    """The structured output of a call. A call has one from when Vapi told of it; `calls.progress` writes it.

    Empty text: not told. Once what was said is deleted, purpose and urgency stay.
    """

    call = models.OneToOneField(
        "calls.Call",
        verbose_name=_("call"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="summary",
    )
    subject = models.CharField(_("subject"), max_length=SUBJECT_LENGTH, blank=True)
    caller_name = models.CharField(_("caller’s name"), max_length=NAME_LENGTH, blank=True)
    purpose = models.CharField(_("purpose"), max_length=11, choices=Purpose.choices, default=Purpose.NONE)
    callback_number = models.CharField(_("number to call back"), max_length=16, blank=True)  # E.164
    wanted_at = models.CharField(_("when"), max_length=WHEN_LENGTH, blank=True)  # in the caller's words
    urgency = models.CharField(_("urgency"), max_length=6, choices=Urgency.choices, default=Urgency.NORMAL)
    wishes = models.TextField(_("wishes"), max_length=WISHES_LENGTH, blank=True)
    unanswered = models.JSONField(_("questions without an answer"), default=list, blank=True)  # list of str
    unsure = models.JSONField(_("to be checked"), default=list, blank=True)  # names of fields
    # When Vapi told of it, and its digest. Of two outputs of a call, the one with the larger version holds.
    version = models.CharField(max_length=40, editable=False)

    class Meta:
        verbose_name = _("summary of a call")
        verbose_name_plural = _("summaries of calls")

    def __str__(self) -> str:
        return f"{self.purpose} {self.urgency}"

    def forget(self) -> None:
        """Empty the columns that hold what was said."""
        for name, value in without_words().items():
            setattr(self, name, value)


def without_words() -> dict[str, Any]:
    """The columns that hold what was said, each with its empty value."""
    texts = ("subject", "caller_name", "callback_number", "wanted_at", "wishes")
    return dict.fromkeys(texts, "") | {"unanswered": [], "unsure": []}
