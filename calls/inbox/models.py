"""Messages that Vapi posts, kept until they are processed and some days longer."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from calls.querysets import MessageQuerySet
from organizations.models import Organization


class WebhookMessage(models.Model):
    """A message of Vapi, stored before it is answered. `body` holds what is read of it, and no secret."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="+"
    )
    digest = models.CharField(max_length=64, editable=False)  # SHA-256 of the request's body
    kind = models.CharField(_("kind"), max_length=64)  # Vapi's `message.type`
    vapi_call_id = models.CharField(_("call at Vapi"), max_length=64, blank=True)
    body = models.JSONField(_("body"), encoder=DjangoJSONEncoder)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    processed_at = models.DateTimeField(_("processed"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message of Vapi")
        verbose_name_plural = _("messages of Vapi")
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="message_list"),
            models.Index(fields=["received_at"], name="message_pending", condition=Q(processed_at=None)),
            models.Index(fields=["organization", "vapi_call_id"], name="message_of_call"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organization", "digest"], name="message_once"),
            models.CheckConstraint(
                name="message_processed_has_no_problem", condition=Q(processed_at=None) | Q(problem="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.vapi_call_id}".strip()
