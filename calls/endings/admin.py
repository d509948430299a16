"""Shows operators the reasons that this release does not know."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from calls.endings.causes import known_reasons


class UnknownReasonFilter(admin.SimpleListFilter):
    """Calls whose `endedReason` is not in the list: Vapi has new ones."""

    title = _("why it ended")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("unknown", _("not known to this release"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "unknown":
            return queryset
        return queryset.exclude(ended_reason__in=["", *known_reasons()])
