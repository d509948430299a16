"""Questions that assistants could not answer."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from assistants.models import Assistant
from calls.models import Call
from calls.summaries.models import QUESTION_LENGTH
from desk.enums import QuestionState
from desk.querysets import QuestionQuerySet
from organizations.models import Organization


class UnansweredQuestion(models.Model):
    """A question that an assistant could not answer; asked in other letters or signs, it is the same one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="+"
    )
    assistant = models.ForeignKey(
        Assistant, verbose_name=_("assistant"), on_delete=models.CASCADE, related_name="+"
    )
    key = models.CharField(max_length=32, editable=False)  # digest of the normalised text
    text = models.CharField(_("question"), max_length=QUESTION_LENGTH, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=QuestionState.choices, default=QuestionState.OPEN
    )
    times = models.PositiveIntegerField(_("times asked"), default=0)
    last_asked_at = models.DateTimeField(_("last asked"))
    calls = models.ManyToManyField(Call, through="Asking", related_name="+")

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question without an answer")
        verbose_name_plural = _("questions without an answer")
        ordering = ["-last_asked_at", "-id"]
        indexes = [
            models.Index(fields=["organization", "state", "-last_asked_at", "-id"], name="question_list")
        ]
        constraints = [models.UniqueConstraint(fields=["assistant", "key"], name="unanswered_question_once")]

    def __str__(self) -> str:
        return self.text


class Asking(models.Model):
    """A call in which a question was asked."""

    question = models.ForeignKey(
        UnansweredQuestion, verbose_name=_("question"), on_delete=models.CASCADE, related_name="askings"
    )
    call = models.ForeignKey(Call, verbose_name=_("call"), on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("asking of a question")
        verbose_name_plural = _("askings of questions")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["question", "call"], name="asking_once")]

    def __str__(self) -> str:
        return f"{self.question_id} {self.call_id}"
