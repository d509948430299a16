"""The admin's page of audit events, in the sentences that the apps have for them."""

import re
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.sessions.history import SENTENCES
from core.models import AuditEvent
from core.web.admin_base import ReadOnlyAdmin, WordedFilter
from organizations.audit_log.descriptions import GROUPS, sentence_of


class ActionFilter(WordedFilter):
    """Filters by action."""

    def word(self, value: str) -> str:
        """The sentence of an action with its placeholders elided."""
        words: Any = SENTENCES.get(value, value)
        for group in GROUPS.values():
            words = group.sentences.get(value, words)
        return re.sub(r"\{\w+\}", "…", str(words))


class AuditEventAdmin(ReadOnlyAdmin):
    """All audit events. Registered by `avafirst.apps`."""

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
        """The sentence that the user or the organisation reads."""
        return str(SENTENCES.get(row.action) or sentence_of(row))
