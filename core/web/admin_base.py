"""What admin pages share."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

CONDITIONS = {"", "exact", "isnull", "gte", "lt", "year", "month", "day"}  # what filters and dates write


class WordedFilter(admin.AllValuesFieldListFilter):
    """The values that a column has, each by its name for people."""

    def word(self, value: str) -> str:
        """What to call it."""
        raise NotImplementedError

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """The same choices, in words."""
        for choice in super().choices(changelist):
            yield {**choice, "display": self.word(str(choice["display"]))}


class ListAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list that only its own filters narrow: an address typed by hand asks after no column that is hidden."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Else Django would find hashes by their first letters, and fail at much of what a column cannot hold."""
        column, _, condition = lookup.partition("__")
        filters: Any = self.get_list_filter(request)
        filtered = {each if isinstance(each, str) else each[0] for each in filters}
        return column in filtered and condition in CONDITIONS


class ReadOnlyAdmin(ListAdmin):
    """Rows that the machine writes: to be looked at, never typed into."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False
