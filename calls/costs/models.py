"""The sums of calls' costs, by which the history is filtered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization


class CallTotal(models.Model):
    """What a call costs in one currency: always the sum of its parts, by `calls.costs.services.refresh_costs`."""

    call = models.ForeignKey(
        "calls.Call", verbose_name=_("call"), on_delete=models.CASCADE, related_name="totals"
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="+"
    )
    currency = models.CharField(_("currency"), max_length=3)  # ISO 4217
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=6)

    class Meta:
        verbose_name = _("total of a call")
        verbose_name_plural = _("totals of calls")
        ordering = ["currency"]
        indexes = [models.Index(fields=["organization", "currency", "amount"], name="call_total_amount")]
        constraints = [models.UniqueConstraint(fields=["call", "currency"], name="call_total_once")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
