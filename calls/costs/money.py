"""Reads amounts of money. Six digits after the point: providers charge fractions of a cent."""

from decimal import Decimal
from typing import Any

from calls.wire import read_decimal

MICRO = Decimal("0.000001")
LARGEST = Decimal(99_999)  # far more than a call can cost, and less than the column holds


def read_amount(value: Any) -> Decimal | None:
    """An amount, rounded to the last stored digit; None for what is no number, or none that a call can cost."""
    found = read_decimal(value)
    return found.quantize(MICRO) if found is not None and 0 <= found <= LARGEST else None
