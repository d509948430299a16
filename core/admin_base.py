"""What admin pages share."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest


class WordedFilter(admin.AllValuesFieldListFilter):
    """The values that a column has, each by its name for people."""

    def word(self, value: str) -> str:
        """What to call it."""
        raise NotImplementedError

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """The same choices, in words."""
        for choice in super().choices(changelist):
            yield {**choice, "display": self.word(str(choice["display"]))}


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
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
