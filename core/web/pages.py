"""Long lists on a page: filters read from the query string, and rows cut into pages by keyset."""

import uuid
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)

CURSOR = "before"  # the query parameter: the id of the row after which a page begins


def one_of(known: Container[str], value: str) -> str:
    """`value` where it is one of the known ones, else ""."""
    return value if value in known else ""


def to_uuid(text: str) -> uuid.UUID | None:
    """The UUID that `text` spells; None where it spells none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Filters:
    """Base of a list's filters: one string field per query parameter, "" where it does not narrow."""

    @property
    def query(self) -> dict[str, str]:
        """The parameters that narrow."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and the cursor of the next one if there is one."""

    rows: list[Row]
    next_cursor: uuid.UUID | None


def keyset_page(
    rows: QuerySet[Row], *, cursor: str, scope: QuerySet[Row], newest_by: str, size: int
) -> Page[Row]:
    """The newest of `rows` by the field `newest_by`, or those older than the row that `cursor` names.

    The cursor's row is looked up in `scope`, since it may no longer match the filters; a cursor that names none is
    ignored. Rows written meanwhile do not move a page, unlike with an offset.
    """
    identity = to_uuid(cursor)
    mark = scope.filter(pk=identity).first() if identity else None
    if mark is not None:
        moment = getattr(mark, newest_by)
        # The bound alone lets an index begin at the cursor: no database makes a range of the two alternatives.
        rows = rows.filter(**{f"{newest_by}__lte": moment})
        rows = rows.filter(Q(**{f"{newest_by}__lt": moment}) | Q(pk__lt=mark.pk))
    found = list(rows.order_by(f"-{newest_by}", "-pk")[: size + 1])
    shown = found[:size]
    return Page(shown, shown[-1].pk if len(found) > size else None)


def page_links(address: Mapping[str, Any], filters: Filters, page: Page[Any]) -> dict[str, str | bool]:
    """Template variables of the links between pages; `address` is the request's query string.

    `is_narrowed` says that an empty list may be empty for its filters or its cursor alone.
    """
    older = {**filters.query, CURSOR: str(page.next_cursor)} if page.next_cursor else {}
    return {
        "older": urlencode(older),
        "newest": urlencode(filters.query),
        "is_later_page": CURSOR in address,
        "is_narrowed": bool(filters.query) or CURSOR in address,
    }
