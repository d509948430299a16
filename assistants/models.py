"""Assistants, and the line of each organisation that one of them answers."""

import uuid
from typing import TypedDict, cast

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistants.catalog.presets import Persona
from assistants.catalog.voices import FEMALE, TRANSCRIBERS, VOICES, Voice
from assistants.querysets import AssistantQuerySet, LineQuerySet
from assistants.sync.mirrored import Mirrored, SyncState
from organizations.models import Organization

NAME_LENGTH = 40  # Vapi's CreateAssistantDTO
FIRST_MESSAGE_LENGTH = 1000
PROMPT_LENGTH = 20_000
# Of `sync.payloads.build_payload`, its constants and the catalogue's voices: raise it when they change, and copies that
# were sent before are sent again (`sync.renewal`).
PAYLOAD_VERSION = 4


def current_payload_version() -> int:
    """The version of what is sent now; a function so that raising it needs no migration."""
    return PAYLOAD_VERSION


class Assistant(Mirrored):
    """A voice assistant of an organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="assistants"
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    voice = models.CharField(_("voice"), max_length=32)
    persona = models.CharField(_("trade"), max_length=16, choices=Persona.choices)
    first_message = models.TextField(_("first message"), max_length=FIRST_MESSAGE_LENGTH)
    prompt = models.TextField(_("instructions"), max_length=PROMPT_LENGTH)
    answers_calls = models.BooleanField(_("answers the number"), default=False)
    vapi_id = models.CharField(_("id at Vapi"), max_length=64, blank=True)
    # The database's default is for rows of releases that did not know the column.
    payload_version = models.PositiveSmallIntegerField(
        _("version sent to Vapi"), default=current_payload_version, db_default=1
    )
    # Names of fields, from `assistants.sync.payloads.find_drift`.
    drift = models.JSONField(_("changed at Vapi"), default=list, blank=True)
    # What was added to `prompt` when it was last sent: the facts may have changed since.
    sent_additions = models.TextField(blank=True, default="", db_default="", editable=False)
    # The same of `first_message`: that the call is recorded. Empty where Vapi was asked not to record.
    sent_notice = models.CharField(max_length=100, blank=True, default="", db_default="", editable=False)
    # What Vapi has instead, from `assistants.sync.vapi_version.read_version`.
    vapi_version = models.JSONField(
        _("version at Vapi"), default=dict, db_default=Value({}, models.JSONField()), blank=True
    )
    creation_key = models.UUIDField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = AssistantQuerySet.as_manager()

    class Meta:
        verbose_name = _("assistant")
        verbose_name_plural = _("assistants")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="assistant_list"),
            models.Index(
                fields=["changed_at"], name="assistant_waiting", condition=~Q(sync_state=SyncState.IN_STEP)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(answers_calls=True), name="assistant_one_answers"
            ),
            models.UniqueConstraint(fields=["organization", "creation_key"], name="assistant_made_once"),
            models.CheckConstraint(
                name="assistant_in_step_is_sent",
                condition=~Q(sync_state=SyncState.IN_STEP)
                | (Q(synced_revision=F("revision"), sync_problem="") & ~Q(vapi_id="")),
            ),
            models.CheckConstraint(
                name="assistant_out_of_step_says_why",
                condition=~Q(sync_state=SyncState.OUT_OF_STEP) | ~Q(sync_problem=""),
            ),
            models.CheckConstraint(
                name="assistant_deleted_answers_nobody",
                condition=~Q(sync_state=SyncState.DELETING, answers_calls=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """The seed of the voiceprint picture."""
        return str(self.id)

    @property
    def spoken_with(self) -> Voice | None:
        """None where this release no longer has the voice."""
        return VOICES.get(self.voice)

    @property
    def gender(self) -> str:
        """The grammatical gender of sentences about the assistant (`voices.FEMALE` or `MALE`): that of its voice."""
        return self.spoken_with.gender if self.spoken_with else FEMALE

    @property
    def voice_label(self) -> str | Promise:
        return self.spoken_with.label if self.spoken_with else _("Choose a voice")

    @property
    def is_speakable(self) -> bool:
        """Whether this release still has the voice and the language."""
        return self.spoken_with is not None and self.language in TRANSCRIBERS


class Line(Mirrored):
    """Which assistant Vapi's number of an organisation points at: its copy is the number at Vapi.

    `connections` owns the number itself.
    """

    organization = models.OneToOneField(
        Organization,
        verbose_name=_("organisation"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="line",
    )

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        constraints = [
            models.CheckConstraint(
                name="line_out_of_step_says_why",
                condition=~Q(sync_state=SyncState.OUT_OF_STEP) | ~Q(sync_problem=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organization)


class AssistantData(TypedDict):
    """The fields that users edit, as `AssistantForm` cleans them."""

    name: str
    language: str
    voice: str
    persona: str
    first_message: str
    prompt: str


def values_of(assistant: Assistant) -> AssistantData:
    """The editable fields of an assistant."""
    values = {name: getattr(assistant, name) for name in AssistantData.__annotations__}
    return cast("AssistantData", values)
