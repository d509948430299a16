"""What the pages and the mails say about a budget."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from connections.enums import Provider
from core.templatetags.figures import exact_money, money
from desk.budget.selectors import USED_UP, Spending


@dataclass(frozen=True)
class BudgetNotice:
    """A budget of which a level is reached. `tone`: `warn`, or `bad` where it is used up."""

    tone: str
    headline: str
    text: str


def notices_of(spending: list[Spending]) -> list[BudgetNotice]:
    """One for each budget that is half used or more."""
    return [
        BudgetNotice("bad" if each.level == USED_UP else "warn", headline(each), describe(each))
        for each in spending
        if each.level
    ]


def headline(spending: Spending) -> str:
    """The title of a notice and of a mail."""
    if spending.level == USED_UP:
        return _("This month’s budget is used up")
    return _("This month, %(percent)s%% of the budget is used") % {"percent": spending.percent}


def describe(spending: Spending) -> str:
    """What is spent, what the month may come to, and that nothing happens by itself."""
    words = {
        "spent": _isolated(money(spending.spent, spending.currency)),
        "limit": _isolated(money(spending.limit or spending.spent, spending.currency)),
    }
    sentences = [_("Your calls have cost %(spent)s of %(limit)s so far.") % words]
    forecast = spending.forecast
    if forecast is not None:
        amount = {"amount": _isolated(money(forecast, spending.currency))}
        sentences.append(_("At this pace the month comes to %(amount)s.") % amount)
    sentences.append(_("Nothing is switched off: your callers are answered as before."))
    return " ".join(sentences)


def _isolated(amount: str) -> str:
    """An amount that keeps its own direction within a sentence of any language (U+2066, U+2069)."""
    return f"\u2066{amount}\u2069"


@dataclass(frozen=True)
class SpendingRow:
    """The figures of a currency as the page shows them; "" where there is none."""

    spending: Spending

    @property
    def spent(self) -> str:
        return money(self.spending.spent, self.spending.currency)

    @property
    def limit(self) -> str:
        return money(self.spending.limit, self.spending.currency) if self.spending.limit else ""

    @property
    def share(self) -> str:
        return _("%(percent)s%% used") % {"percent": self.spending.percent}

    @property
    def forecast(self) -> str:
        amount = self.spending.forecast
        return "" if amount is None else money(amount, self.spending.currency)

    @property
    def is_forecast_above(self) -> bool:
        """Whether the month is going to cost more than its limit."""
        forecast, limit = self.spending.forecast, self.spending.limit
        return bool(forecast and limit and forecast > limit)

    @property
    def a_call(self) -> str:
        amount = self.spending.a_call
        return "" if amount is None else money(amount, self.spending.currency)

    @property
    def a_minute(self) -> str:
        amount = self.spending.a_minute
        return "" if amount is None else exact_money(amount, self.spending.currency)

    @property
    def providers(self) -> list[tuple[str, str]]:
        """Each provider's name and amount, Vapi's first."""
        order = sorted(self.spending.by_provider.items(), key=lambda pair: pair[0] != Provider.VAPI)
        return [
            (Provider(name).label if name in Provider else name, money(amount, self.spending.currency))
            for name, amount in order
        ]
