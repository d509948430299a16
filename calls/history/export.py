"""The list of calls as a file for spreadsheets, written while it is sent."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Q, Sum, TextField
from django.db.models.functions import Cast
from django.utils.formats import get_format
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from calls.contacts.selectors import names_for
from calls.endings.causes import Cause, find_cause
from calls.enums import CostState, Status
from calls.history.filters import DIRECTIONS, CallFilters, filter_calls
from calls.models import CostPart
from calls.querysets import CallQuerySet
from connections.enums import Provider
from core.text import printable
from organizations.audit_log.services import record_by
from organizations.models import Membership, Organization

# Read from the database at once. A cursor of the database would hold a connection for as long as a slow client reads;
# for the costs of twice as many calls, PostgreSQL may plan to read their whole table.
CHUNK = 1000  # rows
BYTE_ORDER_MARK = "\ufeff"  # without it, Excel reads UTF-8 as the system's code page
# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Row(NamedTuple):
    """The columns of a call that the file needs, in the order of `values_list`.

    Id and time are read as text: psycopg makes a time, and Python hashes a UUID, more slowly than all the rest is read.
    """

    key: str
    moment: str  # in UTC, like "2026-07-01 22:30:15.123+00"; without the offset on SQLite
    kind: str
    customer_number: str
    our_number: str
    assistant: str | None
    seconds: int | None
    subject: str
    status: str
    ended_reason: str
    is_test: bool


_COLUMNS = [name.replace("assistant", "assistant__name") for name in _Row._fields]


class _Cost(NamedTuple):
    """What a provider charges for a call in one currency."""

    currency: str
    amount: Decimal
    is_estimated: bool


_Costs = dict[str, dict[str, list[_Cost]]]


def export_calls(*, actor: Membership, filters: CallFilters) -> Iterator[bytes]:
    """The lines of the file, newest call first, in the language that is active now; keeps in the audit who took it.

    French spreadsheets expect a semicolon between columns and a comma in numbers.
    """
    organization = actor.organization
    with transaction.atomic():
        record_by(actor, "calls.exported", subject=organization)
    return _write(organization, filter_calls(organization, filters), get_language() or "en")


def _write(organization: Organization, rows: CallQuerySet, language: str) -> Iterator[bytes]:
    with override(language):
        sheet = _Sheet(ZoneInfo(organization.timezone))
    yield (BYTE_ORDER_MARK + sheet.lines([sheet.header])).encode()
    for chunk, costs in _chunks(rows):
        names = names_for(organization, {row.customer_number for row in chunk})
        cells = (sheet.cells(row, costs[row.key], names.get(row.customer_number, "")) for row in chunk)
        yield sheet.lines(cells).encode()


def _chunks(rows: CallQuerySet) -> Iterator[tuple[list[_Row], _Costs]]:
    """All rows, newest first, a bounded number at a time with their costs, read on from where the one before ended."""
    rows, last = rows.annotate(key=_as_text("pk"), moment=_as_text("created_at")).newest_first(), None
    while True:
        rest = rows
        if last:
            moment = datetime.fromisoformat(last.moment).replace(tzinfo=UTC)
            at_or_before = rows.filter(created_at__lte=moment)
            rest = at_or_before.filter(Q(created_at__lt=moment) | Q(pk__lt=last.key))
        chunk = list(map(_Row._make, rest.values_list(*_COLUMNS)[:CHUNK]))
        if chunk:
            yield chunk, _costs_of(rest[: len(chunk)])
            last = chunk[-1]
        if len(chunk) < CHUNK:
            return


def _costs_of(calls: CallQuerySet) -> _Costs:
    """The sums of each call by provider and currency. A query within the query: thousands of ids take longer."""
    parts = CostPart.objects.filter(call__in=calls.values("pk")).order_by()
    keyed = parts.annotate(key=_as_text("call"))
    estimated = Count("pk", filter=Q(state=CostState.ESTIMATED))
    sums = keyed.values_list("key", "provider", "currency").annotate(sum=Sum("amount"), estimated=estimated)
    found: _Costs = defaultdict(lambda: defaultdict(list))
    for call, provider, currency, amount, guesses in sums:
        found[call][provider].append(_Cost(currency, amount, bool(guesses)))
    return found


def _as_text(column: str) -> Cast:
    return Cast(column, TextField())


class _Sheet:
    """Turns calls into lines. Holds every word of the file, read once in the language of the request."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.decimal_mark = get_format("DECIMAL_SEPARATOR")
        self.delimiter = ";" if self.decimal_mark == "," else ","
        self.is_day_first = self.delimiter == ";"
        self.directions = {value: str(label) for value, label in DIRECTIONS.items()}
        self.causes = {cause: str(cause.label) for cause in Cause}
        self.running, self.yes = _("In progress"), pgettext("a test call", "yes")
        self.about = f"≈ {pgettext('a cost', 'about')}"
        self.header = [
            _("Time (ISO 8601, UTC)"),
            _("Date"),
            _("Time"),
            _("Direction"),
            _("Number"),
            _("Name"),
            _("Our number"),
            _("Assistant"),
            _("Seconds"),
            _("Subject"),
            _("How it ended"),
            _("The provider’s reason"),
            _("Cost at Vapi"),
            _("Currency at Vapi"),
            _("Cost at Twilio"),
            _("Currency at Twilio"),
            _("Twilio’s cost is estimated"),
            _("Test call"),
        ]

    def lines(self, rows: Any) -> str:
        """Rows of cells as text, with the line ends of RFC 4180."""
        buffer = _Buffer()
        csv.writer(buffer, delimiter=self.delimiter).writerows(rows)
        return "".join(buffer)

    def cells(self, row: _Row, costs: dict[str, list[_Cost]], name: str) -> list[str | int]:
        """One call; `name` is that of its number."""
        day, clock = row.moment[:10], row.moment[11:19]
        # strftime takes ten times as long.
        local = datetime.fromisoformat(f"{day}T{clock}+00:00").astimezone(self.zone).isoformat()
        ended = row.status == Status.ENDED
        return [
            f"{day}T{clock}Z",
            f"{local[8:10]}/{local[5:7]}/{local[:4]}" if self.is_day_first else local[:10],
            local[11:19],
            self.directions.get(row.kind, row.kind),
            defuse(row.customer_number),
            defuse(name),
            defuse(row.our_number),
            defuse(row.assistant or ""),
            "" if row.seconds is None else row.seconds,
            defuse(row.subject),
            self.causes[find_cause(row.ended_reason)] if ended else self.running,
            defuse(row.ended_reason),
            *self._amounts(costs.get(Provider.VAPI, [])),
            *self._amounts(costs.get(Provider.TWILIO, [])),
            self.about if any(cost.is_estimated for cost in costs.get(Provider.TWILIO, [])) else "",
            self.yes if row.is_test else "",
        ]

    def _amounts(self, costs: list[_Cost]) -> tuple[str, str]:
        """Amount and currency; of several currencies each, in the same order."""
        amounts = [f"{cost.amount:.6f}".replace(".", self.decimal_mark) for cost in costs]
        return " ".join(amounts), " ".join([cost.currency for cost in costs])


class _Buffer(list[str]):
    """A file that keeps what is written."""

    def write(self, text: str) -> None:
        self.append(text)


@lru_cache(maxsize=4096)  # names, reasons and our number come again in each row
def defuse(text: str) -> str:
    """`text` as a cell that no spreadsheet runs as a formula, and without characters that turn its direction."""
    text = printable(text)
    return f"'{text}" if text.lstrip(" \u00a0\ufffd").startswith(FORMULA_STARTS) else text
