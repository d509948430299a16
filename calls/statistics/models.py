"""Sums over an organisation's calls, by the quarter of an hour (UTC) in which they were created.

Every time zone's offset is a multiple of 15 minutes, so a local day is a whole number of quarters: a change of the time
zone loses nothing. Calls that members place as tests are left out.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from connections.enums import Provider
from organizations.models import Organization


class CallCount(models.Model):
    """All calls of an organisation. Its row is the lock of all the organisation's sums; without it they are unknown."""

    organization = models.OneToOneField(
        Organization,
        verbose_name=_("organisation"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    calls = models.IntegerField(_("calls"), default=0)

    class Meta:
        verbose_name = _("number of calls")
        verbose_name_plural = _("numbers of calls")
        ordering = ["organization"]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.calls}"


class CountBucket(models.Model):
    """Calls of a quarter of an hour."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="count_buckets"
    )
    start = models.DateTimeField(_("start"))
    calls = models.IntegerField(_("calls"), default=0)
    ended = models.IntegerField(_("ended"), default=0)
    answered = models.IntegerField(_("answered"), default=0)  # of those that have ended
    seconds = models.BigIntegerField(_("length in seconds"), default=0)  # of the answered ones

    class Meta:
        verbose_name = _("count of calls")
        verbose_name_plural = _("counts of calls")
        ordering = ["organization", "start"]
        constraints = [models.UniqueConstraint(fields=["organization", "start"], name="count_bucket_once")]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M} {self.calls}"


class EndingBucket(models.Model):
    """Calls of a quarter of an hour that ended for one reason; what a reason means is a release's own affair."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="ending_buckets"
    )
    start = models.DateTimeField(_("start"))
    ended_reason = models.CharField(_("why they ended"), max_length=200, blank=True)  # Vapi's `endedReason`
    ended = models.IntegerField(_("ended"), default=0)

    class Meta:
        verbose_name = _("count of endings")
        verbose_name_plural = _("counts of endings")
        ordering = ["organization", "start", "ended_reason"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "start", "ended_reason"], name="ending_bucket_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M} {self.ended_reason} {self.ended}"


class CostBucket(models.Model):
    """What one provider charges in one currency for the calls of a quarter of an hour."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="cost_buckets"
    )
    start = models.DateTimeField(_("start"))
    provider = models.CharField(_("provider"), max_length=8, choices=Provider.choices)
    currency = models.CharField(_("currency"), max_length=3)  # ISO 4217
    # Millionths of the currency: whole numbers add up exactly on every database.
    micros = models.BigIntegerField(_("millionths"), default=0)

    class Meta:
        verbose_name = _("cost of calls")
        verbose_name_plural = _("costs of calls")
        ordering = ["organization", "start", "provider", "currency"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "start", "provider", "currency"], name="cost_bucket_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M} {self.provider} {self.micros} {self.currency}"
