"""Shows operators the erased calls, and those of them that Vapi has still to erase."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from calls.erasure.models import Erasure
from calls.erasure.upstream import ask_again
from core.web.admin_base import ReadOnlyAdmin

STATES: dict[str, str | Promise] = {
    "waiting": _("waiting for Vapi"),
    "given_up": _("given up"),
    "done": _("erased everywhere"),
}


class StateFilter(admin.SimpleListFilter):
    """Erasures that wait for Vapi, that were given up, or that are done."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [(state, str(label)) for state, label in STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        states = {
            "waiting": queryset.filter(due_at__isnull=False),
            "given_up": queryset.filter(due_at=None, done_at=None),
            "done": queryset.filter(done_at__isnull=False),
        }
        return states.get(self.value() or "", queryset)


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """Erased calls by state, with the number of each; Vapi can be asked again for those that were given up."""

    list_display = ("vapi_id", "organization", "requested_at", "attempts", "problem", "due_at", "done_at")
    list_filter = (StateFilter, "problem")
    list_select_related = ("organization",)
    search_fields = ("vapi_id__startswith",)
    show_facets = admin.ShowFacets.ALWAYS
    show_full_result_count = False
    actions = ("ask_vapi_again",)
    fields = list_display
    readonly_fields = fields

    @admin.action(description=_("Ask Vapi again"), permissions=["view"])
    def ask_vapi_again(self, request: HttpRequest, rows: QuerySet[Erasure]) -> None:
        count = ask_again(list(rows.values_list("pk", flat=True)))
        text = ngettext(
            "Vapi is asked again for %(count)d call.", "Vapi is asked again for %(count)d calls.", count
        )
        level = messages.SUCCESS if count else messages.WARNING
        self.message_user(request, text % {"count": count}, level)
