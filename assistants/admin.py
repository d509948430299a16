"""The admin pages of assistants and lines."""

from django.contrib import admin

from assistants.models import Assistant, Line
from core.web.admin_base import ReadOnlyAdmin


@admin.register(Assistant)
class AssistantAdmin(ReadOnlyAdmin):
    """Assistants and their state at Vapi; only the console changes them."""

    list_display = (
        "name", "organization", "language", "persona", "answers_calls", "sync_state", "sync_problem", "changed_at",
    )  # fmt: skip
    list_filter = ("sync_state", "language", "persona", "answers_calls")
    list_select_related = ("organization",)
    search_fields = ("name", "vapi_id", "organization__name", "organization__slug")
    fields = (
        "id", "organization", "name", "language", "voice", "persona", "first_message", "prompt", "answers_calls",
        "vapi_id", "sync_state", "sync_problem", "drift", "vapi_version",
        "revision", "synced_revision", "synced_at", "changed_at",
        "created_by", "created_at",
    )  # fmt: skip


@admin.register(Line)
class LineAdmin(ReadOnlyAdmin):
    """Lines and their state at Vapi."""

    list_display = ("organization", "sync_state", "sync_problem", "revision", "synced_revision", "synced_at")
    list_filter = ("sync_state",)
    list_select_related = ("organization",)
    search_fields = ("organization__name", "organization__slug")
