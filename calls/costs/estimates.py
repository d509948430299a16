"""What Twilio will probably bill for a call, until it tells: by what it billed for the calls before."""

from datetime import timedelta
from decimal import Decimal
from itertools import groupby

from calls.costs.money import MICRO
from calls.enums import CostState, Part
from calls.models import Call, CostPart
from connections.enums import Provider

LIKE = 20  # calls whose price the estimate is taken from
LOOKED_AT = 200  # the newest calls among which they are looked for


def estimate_twilio(call: Call) -> CostPart | None:
    """The estimate, not saved; None where Twilio bills nothing or where no like call has a price.

    In the currency of the newest like call: an account at Twilio has one.
    """
    if call.price_due_at is None or not call.seconds:
        return None
    priced = _read_priced(call)
    if not priced:
        return None
    currency = priced[0][0]
    like = [each for each in priced if each[0] == currency][:LIKE]
    billed = sum((amount for _currency, _minutes, amount in like), Decimal())
    price_per_minute = billed / sum(minutes for _currency, minutes, _amount in like)
    return CostPart(
        call=call,
        provider=Provider.TWILIO,
        part=Part.PARENT_LEG,
        amount=(price_per_minute * minutes_begun(call.seconds)).quantize(MICRO),
        currency=currency,
        state=CostState.ESTIMATED,
    )


def minutes_begun(seconds: int) -> int:
    """The minutes that Twilio bills: each one that has begun."""
    return -(-timedelta(seconds=seconds) // timedelta(minutes=1))


def _read_priced(call: Call) -> list[tuple[str, int, Decimal]]:
    """Currency, minutes and price of the newest calls in the same direction whose price is final, newest first."""
    newest = Call.objects.filter(organization_id=call.organization_id, kind=call.kind).newest_first()
    parts = CostPart.objects.filter(
        call__in=newest.values("pk")[:LOOKED_AT],
        call__price_due_at=None,
        call__seconds__gt=0,
        provider=Provider.TWILIO,
    )
    rows = parts.order_by("-call__created_at", "-call", "currency").values_list(
        "call", "currency", "call__seconds", "amount", "state"
    )
    found = []
    for (_call, currency), group in groupby(rows, key=lambda row: row[:2]):
        legs = list(group)
        if all(state == CostState.FINAL for *_rest, state in legs):
            found.append((currency, minutes_begun(legs[0][2] or 0), sum((leg[3] for leg in legs), Decimal())))
    return found
