"""The admin page of calls. It shows no words of callers: operators have no business with them."""

from django.contrib import admin

from calls.endings.admin import UnknownReasonFilter
from calls.models import Call
from core.web.admin_base import ReadOnlyAdmin


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
