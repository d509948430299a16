"""The recording of a call. Addresses at Vapi are not stored: with them, any person may download the file."""

from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from calls.recordings.storage import RecordingStorage


def recording_storage() -> RecordingStorage:
    """Where recordings are: a folder, or a bucket (`AVA_RECORDINGS`)."""
    storage = storages["recordings"]
    assert isinstance(storage, RecordingStorage)  # noqa: S101 - for the type checker
    return storage


class Recording(models.Model):
    """waiting → stored → deleted, or waiting → gone. Its row is created with the report of a recorded call."""

    class State(models.TextChoices):
        """Where the recording is."""

        WAITING = "waiting", _("to be fetched")
        STORED = "stored", _("stored")
        GONE = "gone", _("no longer at Vapi")
        DELETED = "deleted", _("deleted")

    call = models.OneToOneField(
        "calls.Call",
        verbose_name=_("call"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="recording",
    )
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    recorded_at = models.DateTimeField(_("recorded"))  # the call's end, from which its days count
    file = models.FileField(_("file"), storage=recording_storage, max_length=120, blank=True)
    content_type = models.CharField(_("kind of file"), max_length=20, blank=True)
    size = models.PositiveIntegerField(_("bytes"), default=0)
    digest = models.CharField(max_length=64, blank=True, editable=False)  # SHA-256, by which browsers know it
    attempts = models.PositiveSmallIntegerField(_("times asked for"), default=0)
    due_at = models.DateTimeField(_("asked for at"), null=True, blank=True)  # while it is waiting
    fetched_at = models.DateTimeField(_("fetched"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["-recorded_at"]
        indexes = [
            models.Index(fields=["due_at"], name="recording_due", condition=Q(state="waiting")),
            models.Index(fields=["recorded_at"], name="recording_kept", condition=Q(state="stored")),
            models.Index(fields=["file"], name="recording_file", condition=~Q(file="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="recording_waits_for_a_time",
                condition=Q(state="waiting", due_at__isnull=False) | (~Q(state="waiting") & Q(due_at=None)),
            ),
            models.CheckConstraint(
                name="recording_stored_has_a_file",
                condition=(Q(state="stored") & ~Q(file="")) | (~Q(state="stored") & Q(file="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.state}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def is_stored(self) -> bool:
        return self.state == self.State.STORED

    @property
    def days_kept(self) -> int:
        """Days from the call to the deletion."""
        return (self.deleted_at - self.recorded_at).days if self.deleted_at else 0
