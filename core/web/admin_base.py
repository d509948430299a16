"""Base classes of the admin's pages."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

from core.web.deleted_rows import rely_on

CONDITIONS = {"", "exact", "isnull", "gte", "lt", "year", "month", "day"}  # what filters and dates write


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

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse the lookups that Django allows by default: they could find hashes by their first letters."""
        column, _, condition = lookup.partition("__")
        filters: Any = self.get_list_filter(request)
        filtered = {each if isinstance(each, str) else each[0] for each in filters}
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
