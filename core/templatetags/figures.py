"""Template filters for money, lengths of time and phone numbers. Each result runs left to right in every language."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import phonenumbers
from django import template
from django.utils.formats import number_format
from django.utils.translation import get_language

register = template.Library()

SYMBOLS = {"EUR": "€", "GBP": "£", "ILS": "₪", "USD": "$"}


@register.filter
def money(amount: Decimal, currency: str, digits: int = 2) -> str:
    """`0,27 $` in French, `$0.27` elsewhere; a currency without a symbol of its own by its code."""
    rounded = amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    shown = number_format(rounded, decimal_pos=digits)
    symbol = SYMBOLS.get(currency, currency)
    if get_language() == "fr" or symbol == currency:
        return f"{shown}\u00a0{symbol}"
    return f"{symbol}{shown}"


@register.filter
def exact_money(amount: Decimal, currency: str) -> str:
    """The same to a hundredth of a cent, as parts of a call's cost need it."""
    return money(amount, currency, 4)


@register.filter
def clock_length(seconds: int) -> str:
    """`1:34`, `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
@lru_cache(maxsize=4096)
def phone(number: str) -> str:
    """A number in E.164 with spaces between its groups; anything else as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
