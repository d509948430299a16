"""How far the sweeps came."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization


class Sweep(models.Model):
    """How far an organisation's calls have been compared with Vapi's list, and with Twilio's."""

    organization = models.OneToOneField(
        Organization,
        verbose_name=_("organisation"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    # Vapi's list was read up to here: of each call updated before, the newest state is known.
    complete_until = models.DateTimeField(_("complete until"), null=True, blank=True)
    attempted_at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=32, blank=True)  # a `connections.problems.Problem`
    found = models.PositiveIntegerField(_("calls in the last list"), default=0)
    repaired = models.PositiveIntegerField(_("calls repaired in all"), default=0)
    # The number whose calls Twilio is asked for, by its id at Vapi, and since when it is this one.
    number_id = models.CharField(max_length=64, blank=True, editable=False)
    number_since = models.DateTimeField(null=True, blank=True, editable=False)
    twilio_complete_until = models.DateTimeField(_("Twilio’s list read until"), null=True, blank=True)
    twilio_problem = models.CharField(_("problem with Twilio"), max_length=32, blank=True)  # a `Problem`
    missed = models.PositiveIntegerField(_("missed calls in all"), default=0)

    class Meta:
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")
        ordering = ["organization"]

    def __str__(self) -> str:
        return str(self.organization)
