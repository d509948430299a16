"""Sets the limits of a month and the cap of a caller's calls."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from desk.budget.models import Budget, CallerCap
from desk.budget.selectors import read_cap
from organizations.audit_log.services import record_by
from organizations.locks import lock_membership
from organizations.models import Membership
from organizations.permissions import Permission


@transaction.atomic
def save_budget(*, actor: Membership, limits: Mapping[str, Decimal | None], cap: int | None) -> None:
    """Keep the monthly limits by currency (ISO 4217), and the calls that a caller may make a day; None removes one.

    What stays as it is is not audited. Raises what `lock_membership` raises.
    """
    actor = lock_membership(actor, Permission.BUDGET_MANAGE)
    for currency, limit in limits.items():
        _save_limit(actor, currency, limit)
    _save_cap(actor, cap)


def _save_limit(actor: Membership, currency: str, limit: Decimal | None) -> None:
    own = Budget.objects.for_organization(actor.organization).filter(currency=currency)
    if limit == own.values_list("monthly_limit", flat=True).first():
        return
    if limit is None:
        own.delete()
        record_by(actor, "desk.budget_removed", actor.organization, currency=currency)
        return
    Budget.objects.update_or_create(
        organization=actor.organization, currency=currency, defaults={"monthly_limit": limit}
    )
    record_by(actor, "desk.budget_set", actor.organization, limit=f"{limit:.2f}", currency=currency)


def _save_cap(actor: Membership, cap: int | None) -> None:
    if cap == read_cap(actor.organization):
        return
    if cap is None:
        CallerCap.objects.filter(organization=actor.organization).delete()
        record_by(actor, "desk.cap_removed", actor.organization)
        return
    CallerCap.objects.update_or_create(organization=actor.organization, defaults={"calls": cap})
    record_by(actor, "desk.cap_set", actor.organization, calls=str(cap))
