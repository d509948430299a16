"""The operator's view: which messages wait or failed, and how far each organisation's calls are complete.

What callers said is not shown.
"""

from datetime import timedelta

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from calls.endings.admin import CallAdmin  # noqa: F401 - importing it registers it
from calls.erasure.admin import ErasureAdmin  # noqa: F401 - the same
from calls.inbox.services import process_message
from calls.models import Sweep, WebhookMessage
from calls.reconciliation.services import sweep_calls
from core.web.admin_base import ReadOnlyAdmin

STATES: dict[str, str | Promise] = {
    "pending": _("waiting"),
    "failed": _("failed"),
    "processed": _("processed"),
}


class StateFilter(admin.SimpleListFilter):
    """Messages that wait, that failed, or that are processed."""

    title = _("state")
    parameter_name = "state"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[WebhookMessage]
    ) -> list[tuple[str, str]]:
        return [(state, str(label)) for state, label in STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[WebhookMessage]) -> QuerySet[WebhookMessage]:
        states = {
            "pending": queryset.filter(processed_at=None, problem=""),
            "failed": queryset.filter(processed_at=None).exclude(problem=""),
            "processed": queryset.filter(processed_at__isnull=False),
        }
        return states.get(self.value() or "", queryset)


@admin.register(WebhookMessage)
class WebhookMessageAdmin(ReadOnlyAdmin):
    """Vapi's messages by state, with the number of each; failed ones can be processed again."""

    list_display = (
        "kind",
        "organization",
        "problem",
        "attempts",
        "received_at",
        "processed_at",
        "vapi_call_id",
    )
    list_filter = (StateFilter, "kind")
    list_select_related = ("organization",)
    search_fields = ("vapi_call_id__startswith",)
    show_facets = admin.ShowFacets.ALWAYS
    show_full_result_count = False
    actions = ("process_again",)
    fields = ("id", *list_display)
    readonly_fields = fields

    @admin.action(description=_("Process them again"), permissions=["view"])
    def process_again(self, request: HttpRequest, rows: QuerySet[WebhookMessage]) -> None:
        waiting = rows.filter(processed_at=None)
        for pk in waiting.values_list("pk", flat=True):
            process_message.enqueue(str(pk))
        count = len(waiting)
        text = ngettext(
            "%(count)d message is processed again.", "%(count)d messages are processed again.", count
        )
        level = messages.SUCCESS if count else messages.WARNING
        self.message_user(request, text % {"count": count}, level)


@admin.register(Sweep)
class SweepAdmin(ReadOnlyAdmin):
    """Until when each organisation's calls are complete."""

    list_display = (
        "organization",
        "complete_until",
        "behind",
        "attempted_at",
        "problem",
        "found",
        "repaired",
        "twilio_complete_until",
        "twilio_problem",
        "missed",
    )
    list_filter = ("problem", "twilio_problem")
    list_select_related = ("organization",)
    search_fields = ("organization__name", "organization__slug")
    ordering = ("complete_until",)  # the one that is furthest behind first
    actions = ("sweep_now",)
    fields = list_display
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sweep]:
        """Without organisations that disconnected Vapi, which are not swept."""
        rows: QuerySet[Sweep] = super().get_queryset(request)
        return rows.filter(organization__vapiconnection__isnull=False)

    @admin.display(description=_("behind by"))
    def behind(self, row: Sweep) -> str:
        """Hours, minutes and seconds."""
        if row.complete_until is None:
            return "–"
        age = max(timezone.now() - row.complete_until, timedelta())
        return str(timedelta(seconds=int(age.total_seconds())))

    @admin.action(description=_("Compare them with Vapi and Twilio now"), permissions=["view"])
    def sweep_now(self, request: HttpRequest, rows: QuerySet[Sweep]) -> None:
        for pk in rows.values_list("pk", flat=True):
            sweep_calls.enqueue(str(pk))
        count = len(rows)
        text = ngettext("%(count)d sweep is on its way.", "%(count)d sweeps are on their way.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
