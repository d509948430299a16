"""The filter of the history by what a call costs at least, in one currency."""

import re
from decimal import Decimal, InvalidOperation

from django.db.models import Exists, Max, Min, OuterRef

from calls.costs.money import LARGEST, MICRO
from calls.models import CallTotal
from calls.querysets import CallQuerySet
from organizations.models import Organization

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
    dear = totals.filter(call=OuterRef("pk"), currency=chosen, amount__gte=Decimal(least))
    return rows.filter(Exists(dear))
