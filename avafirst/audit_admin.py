"""The operator's page of what happened, in the words of each app."""

import re

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.audit.descriptions import describe_event, sentence_for
from core.models import AuditEvent
from core.web.admin_base import ReadOnlyAdmin, WordedFilter


class ActionFilter(WordedFilter):
    """What may have happened."""

    def word(self, value: str) -> str:
        """The sentence of an action, without what differs from one event to the next."""
        return re.sub(r"\{\w+\}", "…", str(sentence_for(value) or value))


class AuditEventAdmin(ReadOnlyAdmin):
    """Who did what to whom. Registered by `avafirst.apps`."""

    list_display = ("at", "what", "actor_label", "subject_label", "ip", "data")
    list_filter = (("action", ActionFilter), "at")
    search_fields = ("action", "actor_label", "subject_label", "request_id")
    fields = (
        "id", "at", "what", "action", "actor_id", "actor_label", "subject_id", "subject_label", "organization_id",
        "ip", "data", "request_id",
    )  # fmt: skip
    date_hierarchy = "at"
    show_full_result_count = False

    @admin.display(description=_("what happened"), ordering="action")
    def what(self, row: AuditEvent) -> str:
        """As the person, or the people of the organisation, read it."""
        return describe_event(row)
