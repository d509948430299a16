"""Shows operators the calls, and the reasons for their ends that this release does not know.

What callers said is not shown.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from calls.endings.causes import known_reasons
from calls.models import Call
from core.web.admin_base import ReadOnlyAdmin


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


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    """Calls and how they ended."""

    list_display = ("vapi_id", "organization", "kind", "status", "created_at", "ended_reason")
    list_filter = (UnknownReasonFilter, "kind", "status", "is_test")
    list_select_related = ("organization",)
    search_fields = ("vapi_id", "twilio_sid", "ended_reason", "organization__slug")
    fields = (
        "vapi_id",
        "organization",
        "assistant",
        "kind",
        "is_test",
        "status",
        "created_at",
        "started_at",
        "ended_at",
        "seconds",
        "ended_reason",
        "changed_at",
    )
    show_full_result_count = False
