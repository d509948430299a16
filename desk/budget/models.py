"""Monthly limits, the warnings that were given, and the cap of calls of one caller."""

import uuid
from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from calls.models import CostBucket
from desk.budget.months import Month
from organizations.models import Organization

LEAST_LIMIT, MOST_LIMIT = Decimal("0.01"), Decimal(9_999_999)
MOST_CALLS = 999


class BudgetQuerySet(models.QuerySet["Budget"]):
    """Reads of budgets."""

    def for_organization(self, organization: Organization) -> Self:
        return self.filter(organization=organization).order_by("currency")

    def with_spending(self, month: Month) -> Self:
        """With `micros`, the millionths that the month's calls have cost, from the kept sums."""
        sums = CostBucket.objects.filter(
            organization=OuterRef("organization"),
            currency=OuterRef("currency"),
            start__gte=month.start,
            start__lt=month.end,
        )
        spent = sums.order_by().values("currency").annotate(sum=Sum("micros")).values("sum")
        return self.annotate(micros=Coalesce(Subquery(spent), 0, output_field=models.BigIntegerField()))


class Budget(models.Model):
    """The most that calls should cost in a month in one currency, both providers together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="budgets"
    )
    currency = models.CharField(_("currency"), max_length=3)  # ISO 4217
    monthly_limit = models.DecimalField(_("monthly limit"), max_digits=9, decimal_places=2)

    objects = BudgetQuerySet.as_manager()

    micros: int  # only of rows read `with_spending`

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ["organization", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "currency"], name="budget_once_a_currency"),
            models.CheckConstraint(name="budget_is_positive", condition=Q(monthly_limit__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.monthly_limit} {self.currency}"


class BudgetWarning(models.Model):
    """A level that a month's costs have reached. The row is the claim: each level is mailed once a month.

    It outlives the budget, so that a limit that is removed and set again warns no second time.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="+"
    )
    currency = models.CharField(_("currency"), max_length=3)  # ISO 4217
    month = models.DateField(_("month"))  # its first day
    level = models.PositiveSmallIntegerField(_("level in percent"))
    created_at = models.DateTimeField(_("reached"), default=timezone.now)

    class Meta:
        verbose_name = _("warning about a budget")
        verbose_name_plural = _("warnings about budgets")
        ordering = ["-month", "currency", "-level"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "currency", "month", "level"], name="budget_warning_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.currency} {self.level}"


class CallerCap(models.Model):
    """How many calls a day one caller may make before the budget's page lists the number. It blocks no call."""

    organization = models.OneToOneField(
        Organization,
        verbose_name=_("organisation"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="caller_cap",
    )
    calls = models.PositiveSmallIntegerField(
        _("calls a day"), validators=[MinValueValidator(1), MaxValueValidator(MOST_CALLS)]
    )

    class Meta:
        verbose_name = _("cap of calls of a caller")
        verbose_name_plural = _("caps of calls of a caller")
        ordering = ["organization"]
        constraints = [models.CheckConstraint(name="caller_cap_is_positive", condition=Q(calls__gte=1))]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.calls}"
