"""How far an organisation has come in its set-up, as far as nothing else in the database tells it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from onboarding.querysets import StepDoneQuerySet
from organizations.models import Organization


class StepDone(models.Model):
    """One step behind one organisation, so that the set-up goes on where it stopped, on any device.

    `skipped`: put off until later. What was set up meanwhile counts more than that.
    """

    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="+"
    )
    step = models.CharField(_("step"), max_length=16)
    skipped = models.BooleanField(_("put off"), default=False)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = StepDoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("set-up step")
        verbose_name_plural = _("set-up steps")
        constraints = [models.UniqueConstraint(fields=["organization", "step"], name="step_done_once")]

    def __str__(self) -> str:
        return f"{self.organization} · {self.step}"
