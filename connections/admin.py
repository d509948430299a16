"""Connections in the admin, without their secrets."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from connections.base import Connection
from connections.health.checks import check_connection
from connections.models import TwilioConnection, VapiConnection
from core.web.admin_base import ReadOnlyAdmin

SHARED = (
    "id", "organization", "state", "problem", "failing_since", "told_at", "misses", "checked_at", "revision",
    "connected_by", "connected_at",
)  # fmt: skip

FILTERS = ("state", "problem", "checked_at")


class ConnectionAdmin(ReadOnlyAdmin):
    """The state of one provider's accounts."""

    list_select_related = ("organization",)
    search_fields = ("organization__name", "organization__slug")
    actions = ("check_now",)

    @admin.action(description=_("Check them now"), permissions=["view"])
    def check_now(self, request: HttpRequest, rows: QuerySet[Connection]) -> None:
        """Queue a check of each selected connection."""
        for row in rows:
            check_connection.enqueue(row.provider, str(row.id))
        count = len(rows)
        text = ngettext("%(count)d check is on its way.", "%(count)d checks are on their way.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


@admin.register(VapiConnection)
class VapiConnectionAdmin(ConnectionAdmin):
    """Accounts at Vapi."""

    list_display = ("organization", "region", "key_hint", "state", "problem", "failing_since", "checked_at")
    list_filter = FILTERS
    fields = ("region", "key_hint", *SHARED)


@admin.register(TwilioConnection)
class TwilioConnectionAdmin(ConnectionAdmin):
    """Accounts at Twilio, and whether Vapi answers their numbers."""

    list_display = (
        "organization", "endpoint", "phone_number", "state", "problem", "number_state", "number_problem", "checked_at",
    )  # fmt: skip
    list_filter = (*FILTERS, "number_state")
    fields = (
        "endpoint", "account_sid", "api_key_sid", "token_hint", "is_trial", "phone_number", "phone_number_sid",
        "former_target", "vapi_number_id", "number_state", "number_problem", *SHARED,
    )  # fmt: skip
