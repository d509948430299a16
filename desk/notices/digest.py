"""What the daily summary tells: what came in, what is still open, missed calls and what the day cost."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls.endings.causes import Cause, reasons_of
from calls.models import Call, CostPart
from calls.querysets import CallQuerySet
from core.templatetags.figures import money
from desk.items.selectors import ItemRow, as_rows
from desk.models import Item
from organizations.models import Organization

SHOWN = 6  # items
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Digest:
    """The last 24 hours of an organisation, and what is open now."""

    since: datetime
    calls: int
    missed: int
    came_in: int
    done: int
    open_today: int  # opened within the last 24 hours
    open_week: int  # longer, but within a week
    open_longer: int
    pressing: list[ItemRow]  # the most urgent and oldest open ones
    costs: list[tuple[str, Decimal]]  # of each currency (ISO 4217)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.calls or self.came_in or self.open_in_all)

    @property
    def open_in_all(self) -> int:
        return self.open_today + self.open_week + self.open_longer

    @property
    def not_shown(self) -> int:
        """How many open items stand only on the desk."""
        return self.open_in_all - len(self.pressing)


def read_digest(organization: Organization, now: datetime) -> Digest:
    """The summary of an organisation; test calls are left out."""
    since = now - DAY
    items = Item.objects.for_organization(organization)
    waiting = items.waiting()
    own = Call.objects.for_organization(organization)
    calls = own.filter(created_at__gt=since, created_at__lte=now, is_test=False)
    ages = [waiting.filter(opened_at__gt=moment).count() for moment in (since, now - 7 * DAY)]
    return Digest(
        since=since,
        calls=calls.count(),
        missed=calls.filter(_missed()).count(),
        came_in=items.filter(opened_at__gt=since).count(),
        done=items.done().filter(done_at__gt=since).count(),
        open_today=ages[0],
        open_week=ages[1] - ages[0],
        open_longer=waiting.count() - ages[1],
        pressing=as_rows(organization, waiting.order_by("-weight", "-pk")[:SHOWN]),
        costs=_costs(calls),
    )


def _missed() -> Q:
    return Q(ended_reason__in=reasons_of(Cause.MISSED))


def _costs(calls: CallQuerySet) -> list[tuple[str, Decimal]]:
    parts = CostPart.objects.filter(call__in=calls.values("pk")).order_by("currency")
    return list(parts.values_list("currency").annotate(total=Sum("amount")).values_list("currency", "total"))


def day_lines(digest: Digest) -> list[str]:
    """The last 24 hours in words, in the active language."""
    calls = ngettext("%(count)d call", "%(count)d calls", digest.calls) % {"count": digest.calls}
    missed = ngettext("%(count)d missed", "%(count)d missed", digest.missed) % {"count": digest.missed}
    came = ngettext("%(count)d new request", "%(count)d new requests", digest.came_in) % {
        "count": digest.came_in
    }
    done = ngettext("%(count)d done", "%(count)d done", digest.done) % {"count": digest.done}
    costs = " + ".join(money(amount, currency) for currency, amount in digest.costs)
    lines = [f"{calls} · {missed}" if digest.missed else calls, f"{came} · {done}" if digest.done else came]
    return [*lines, _("Cost: %(amount)s") % {"amount": costs}] if costs else lines


def open_lines(digest: Digest) -> list[str]:
    """What is still open by its age, in words, in the active language."""
    ages = [
        (digest.open_today, _("since yesterday: %(count)d")),
        (digest.open_week, _("for more than a day: %(count)d")),
        (digest.open_longer, _("for more than a week: %(count)d")),
    ]
    return [words % {"count": count} for count, words in ages if count]
