"""Vapi's charge for a call, by part: `costBreakdown` of the report, in US dollars."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from calls.costs.money import read_amount
from calls.enums import Part
from calls.wire import Json

CURRENCY = "USD"
_BUCKETS = (Part.TRANSPORT, Part.STT, Part.LLM, Part.TTS, Part.VAPI, Part.CHAT)  # named as Vapi names them


@dataclass(frozen=True)
class VapiCost:
    """One part of what Vapi charges."""

    part: Part
    amount: Decimal


def read_costs(told: Json) -> Iterator[VapiCost]:
    """The parts that are not zero. They add up to Vapi's total: what no bucket names is the analysis, then `OTHER`."""
    breakdown = told.get("costBreakdown") or {}
    parts = {part: read_amount(breakdown.get(part.value)) or Decimal() for part in _BUCKETS}
    total = read_amount(breakdown.get("total", told.get("cost")))
    if total is not None:
        rest = total - sum(parts.values())
        parts[Part.ANALYSIS] = min(_read_analysis(breakdown), max(rest, Decimal()))
        parts[Part.OTHER] = rest - parts[Part.ANALYSIS]
    for part, amount in parts.items():
        if amount:
            yield VapiCost(part, amount)


def _read_analysis(breakdown: Json) -> Decimal:
    """Whether Vapi's total includes it is not documented: only what the total has room for is taken."""
    told = breakdown.get("analysisCostBreakdown") or {}
    return sum((read_amount(each) or Decimal() for each in told.values()), Decimal())
