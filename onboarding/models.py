"""Progress of an organisation's set-up that no other row tells."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization


class StepDoneQuerySet(models.QuerySet["StepDone"]):
    """Reads of steps."""

    def for_organization(self, organization: Organization) -> Self:
        return self.filter(organization=organization)

    def skipped_by_key(self) -> dict[str, bool]:
        """Whether each step was put off, by its key."""
        return dict(self.values_list("step", "skipped"))


class StepDone(models.Model):
    """A step that an organisation has done or put off (`skipped`), so that the set-up continues on any device."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="+"
    )
    step = models.CharField(_("step"), max_length=16)
    skipped = models.BooleanField(_("put off"), default=False)
    # Of the welcome: the trade chosen there, a value of `assistants.catalog.presets.Persona`.
    trade = models.CharField(_("trade"), max_length=16, blank=True, default="", db_default="")
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = StepDoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("set-up step")
        verbose_name_plural = _("set-up steps")
        constraints = [models.UniqueConstraint(fields=["organization", "step"], name="step_done_once")]

    def __str__(self) -> str:
        return f"{self.organization} · {self.step}"
