"""The form of the budget: a limit for each currency, and the cap of a caller's calls."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.budget.models import LEAST_LIMIT, MOST_CALLS, MOST_LIMIT
from desk.budget.selectors import Spending

SPACES = dict.fromkeys(map(ord, " \u00a0\u202f\u2009'’"))


class AmountField(forms.DecimalField):
    """An amount of money with either decimal mark, and with spaces between its thousands."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        wrong = gettext_lazy("Type an amount, for example 50.")
        super().__init__(
            required=False,
            min_value=LEAST_LIMIT,
            max_value=MOST_LIMIT,
            max_digits=9,
            decimal_places=2,
            error_messages={
                "invalid": wrong,
                "max_decimal_places": gettext_lazy("Two decimals at most."),
                "max_digits": gettext_lazy("This amount is too large."),
                "max_whole_digits": gettext_lazy("This amount is too large."),
                "max_value": gettext_lazy("This amount is too large."),
                "min_value": gettext_lazy("Type an amount above zero, or nothing for no limit."),
            },
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        """The stored amount with the decimal mark of the reader's language; what was typed as it is."""
        return number_format(value, decimal_pos=2) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        typed = str(value or "").translate(SPACES)
        return super().to_python(typed.replace(",", ".") if typed.count(",") == 1 else typed)


class BudgetForm(forms.Form):
    """`limit_USD` and one such field for each other currency; `cap` is the most calls of a caller and day."""

    cap = forms.IntegerField(
        label=gettext_lazy("Calls a day from one number"),
        required=False,
        min_value=1,
        max_value=MOST_CALLS,
        widget=forms.TextInput,
        help_text=gettext_lazy("Numbers that call more often are listed here. Nobody is blocked."),
        error_messages={
            "invalid": gettext_lazy("Type a whole number, for example 5."),
            "min_value": gettext_lazy("At least one call."),
            "max_value": gettext_lazy("999 calls at most."),
        },
    )

    def __init__(self, data: Any = None, *, spending: Iterable[Spending], cap: int | None) -> None:
        super().__init__(data, initial={"cap": cap})
        self.names: dict[str, str] = {}
        for each in spending:
            name = self.names[each.currency] = f"limit_{each.currency}"
            self.fields[name] = AmountField(
                label=_("Limit a month in %(currency)s") % {"currency": each.currency},
                initial=each.limit,
                help_text=_("Leave it empty for no limit."),
            )

    @property
    def limit_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.names.values()]

    @property
    def limits(self) -> dict[str, Decimal | None]:
        """The limits by currency, once the form is valid."""
        return {currency: self.cleaned_data[name] for currency, name in self.names.items()}
