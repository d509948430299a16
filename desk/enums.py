"""The choices stored in the rows of the desk."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ItemKind(models.TextChoices):
    """What a caller asks for. All but the last are purposes of a summary."""

    MESSAGE = "message", pgettext_lazy("kind of request", "Message")
    CALLBACK = "callback", pgettext_lazy("kind of request", "To call back")
    APPOINTMENT = "appointment", pgettext_lazy("kind of request", "Appointment")
    COMPLAINT = "complaint", pgettext_lazy("kind of request", "Complaint")
    MISSED = "missed", pgettext_lazy("kind of request", "Missed or cut off")


class ItemState(models.TextChoices):
    """Whether an item still waits for a person."""

    OPEN = "open", pgettext_lazy("state of a request", "open")
    DONE = "done", pgettext_lazy("state of a request", "done")


class QuestionState(models.TextChoices):
    """What became of a question that an assistant could not answer."""

    OPEN = "open", pgettext_lazy("state of a question", "open")
    ANSWERED = "answered", pgettext_lazy("state of a question", "answered")
    DISMISSED = "dismissed", pgettext_lazy("state of a question", "set aside")
