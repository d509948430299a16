"""Audit events, periodic runs, worker heartbeats, and rate counters."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit.querysets import AuditEventQuerySet


class AuditEvent(models.Model):
    """An action, its actor and its subject.

    Rows are only inserted, and have no foreign keys, so that they outlive what they refer to. The name in them is
    masked when a user closes their account.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    action = models.CharField(_("action"), max_length=64)
    actor_id = models.UUIDField(_("actor"), null=True, blank=True)
    actor_label = models.CharField(_("actor's name"), max_length=254, blank=True)
    subject_id = models.UUIDField(_("subject"), null=True, blank=True)
    subject_label = models.CharField(_("subject's name"), max_length=254, blank=True)
    organization_id = models.UUIDField(_("organisation"), null=True, blank=True)
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    data = models.JSONField(_("details"), default=dict, blank=True)
    request_id = models.CharField(_("request"), max_length=32, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["-at"], name="audit_at"),
            models.Index(fields=["subject_id", "-at"], name="audit_subject"),
            models.Index(fields=["organization_id", "-at"], name="audit_organization"),
            models.Index(fields=["action", "-at"], name="audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_label}".strip()


class WorkerBeat(models.Model):
    """The heartbeat of one worker process. When it stops, the worker's tasks go to others."""

    worker_id = models.CharField(_("worker"), max_length=64, primary_key=True)
    at = models.DateTimeField(_("last sign of life"))

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.worker_id


class PeriodicRun(models.Model):
    """One slot of one periodic task. The worker that inserts the row enqueues the task, so it is enqueued once."""

    name = models.CharField(_("task"), max_length=200)
    slot = models.DateTimeField(_("slot"))

    class Meta:
        verbose_name = _("periodic run")
        verbose_name_plural = _("periodic runs")
        constraints = [models.UniqueConstraint(fields=["name", "slot"], name="periodic_run_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.slot:%Y-%m-%d %H:%M}"


class RateCounter(models.Model):
    """One bucket of a rate limit. Only `core.security.rate_limits` writes it."""

    key = models.CharField(max_length=64, primary_key=True, editable=False)
    hits = models.PositiveIntegerField()
    # Unix milliseconds: raw SQL writes it, and the two databases store datetimes differently.
    resets_at = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name = _("rate counter")
        verbose_name_plural = _("rate counters")

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.hits}"
