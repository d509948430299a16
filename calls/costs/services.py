"""Keeps what follows from the parts of a call's cost: the estimate of what is not known yet, and the sums."""

from decimal import Decimal

from calls.costs.estimates import estimate_twilio
from calls.costs.models import CallTotal
from calls.enums import CostState
from calls.models import Call
from connections.enums import Provider


def refresh_costs(call: Call) -> None:
    """Renew the estimate and the sums of a call, after its times or its parts changed.

    In the caller's transaction, which holds the call's row locked.
    """
    twilio = call.cost_parts.filter(provider=Provider.TWILIO)
    if not twilio.exclude(state=CostState.ESTIMATED).exists():
        twilio.delete()
        if estimate := estimate_twilio(call):
            estimate.save()
    call.totals.all().delete()
    CallTotal.objects.bulk_create(
        CallTotal(call=call, organization_id=call.organization_id, currency=currency, amount=amount)
        for currency, amount in _sums(call).items()
    )


def _sums(call: Call) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for currency, amount in call.cost_parts.values_list("currency", "amount"):
        sums[currency] = sums.get(currency, Decimal()) + amount
    return sums
