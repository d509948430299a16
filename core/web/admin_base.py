"""Base classes of the admin's pages."""

from collections.abc import Iterator
from datetime import MAXYEAR
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from core.web.deleted_rows import rely_on

# Databases fail for years out of range.
PARTS_OF_DATES = {"year": range(1000, MAXYEAR), "month": range(1, 13), "day": range(1, 32)}
CONDITIONS = {"", "exact", "isnull", "gte", "lt", *PARTS_OF_DATES}  # what filters and dates write
LONGEST_SEARCH = 100  # characters


def _is_part_of_date(part: str, value: str) -> bool:
    return value.isdecimal() and len(value) <= 4 and int(value) in PARTS_OF_DATES[part]


def _column_of(entry: Any) -> str:
    """The column, or the parameter, of an entry in `list_filter`: a name, a pair with a filter, or a filter."""
    if isinstance(entry, str):
        return entry
    return str(entry[0] if isinstance(entry, tuple) else entry.parameter_name)


class WordedFilter(admin.AllValuesFieldListFilter):
    """A filter by the values of a column, each shown by a readable name."""

    def word(self, value: str) -> str:
        """The readable name of a value."""
        raise NotImplementedError

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": self.word(str(choice["display"]))}


class ListAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list that can only be filtered by its own filters, not by other columns in a typed query."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search for the beginning of a long text: each word adds a condition, and databases take a thousand."""
        return super().get_search_results(request, queryset, search_term[:LONGEST_SEARCH])

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse the lookups that Django allows by default: they could find hashes by their first letters."""
        column, _, condition = lookup.partition("__")
        if condition in PARTS_OF_DATES and not _is_part_of_date(condition, value):
            return False
        filters: Any = self.get_list_filter(request)
        filtered = {_column_of(each) for each in filters}
        return column in filtered and condition in CONDITIONS

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Update a row that exists: one that was deleted meanwhile must not be inserted again."""
        if change:
            rely_on(request, obj)
        obj.save(force_update=change)


class ReadOnlyAdmin(ListAdmin):
    """Rows that no one edits by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
