"""The filter of the history by what a call costs at least, in one currency."""

import re
from decimal import Decimal, InvalidOperation

from django.db.models import Exists, Max, Min, OuterRef

from calls.costs.money import LARGEST, MICRO
from calls.models import CallTotal
from calls.querysets import CallQuerySet
from organizations.models import Organization

# So many calls are read by their ids; more are met soon among the newest. PostgreSQL would choose between the two ways
# by what calls cost in all organisations, or once for all amounts: reading a million calls for a handful takes seconds.
FEW = 500
_CURRENCY = re.compile(r"[A-Z]{3}")


def known_amount(text: str) -> str:
    """A positive amount as the address holds it, whatever its decimal mark; "" for anything else."""
    typed = text.strip().replace(",", ".")
    try:
        amount = Decimal(typed)
    except InvalidOperation:
        return ""
    if not amount.is_finite() or not MICRO <= amount <= LARGEST:
        return ""
    return f"{amount.quantize(MICRO):f}".rstrip("0").rstrip(".")


def known_currency(text: str) -> str:
    """`text` where it looks like a currency (ISO 4217), else ""."""
    return text if _CURRENCY.fullmatch(text) else ""


def currencies_of(organization: Organization) -> list[str]:
    """The currencies in which calls of the organisation cost something, in order.

    The first and the last come from the ends of an index; to find distinct ones, PostgreSQL reads all totals.
    """
    totals = CallTotal.objects.filter(organization=organization)
    ends = totals.aggregate(first=Min("currency"), last=Max("currency"))
    found, last = [ends["first"]] if ends["first"] else [], ends["last"]
    while found and found[-1] != last:
        found.append(totals.filter(currency__gt=found[-1]).aggregate(next=Min("currency"))["next"] or last)
    return found


def filter_cost(rows: CallQuerySet, organization: Organization, least: str, currency: str) -> CallQuerySet:
    """The calls whose total is at least `least`; in the organisation's first currency where none is chosen."""
    totals = CallTotal.objects.filter(organization=organization)
    chosen = currency or totals.aggregate(first=Min("currency"))["first"] or ""
    dear = totals.filter(currency=chosen, amount__gte=Decimal(least)).order_by()
    if len(few := dear.values_list("call", flat=True)[: FEW + 1]) <= FEW:
        return rows.filter(pk__in=list(few))
    return rows.filter(Exists(dear.filter(call=OuterRef("pk"))))
