"""The admin's page of audit events, in the sentences that the apps have for them."""

import re
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.audit.descriptions import describe_event, sentence_for
from core.models import AuditEvent
from core.web.admin_base import LONGEST_SEARCH, ReadOnlyAdmin, WordedFilter


class ActionFilter(WordedFilter):
    """Filters by action."""

    def word(self, value: str) -> str:
        """The sentence of an action, without what differs from one event to the next."""
        return re.sub(r"\{\w+\}", "…", str(sentence_for(value) or value))


class AuditEventAdmin(ReadOnlyAdmin):
    """All audit events. Registered by `avafirst.apps`."""

    list_display = ("at", "what", "actor", "subject", "ip", "data")
    list_filter = (("action", ActionFilter), "at")
    search_fields = ("action", "actor_label", "subject_label", "request_id")
    fields = (
        "id", "at", "what", "action", "actor", "actor_id", "actor_label", "subject", "subject_id",
        "subject_label", "organization_id", "ip", "data", "request_id",
    )  # fmt: skip
    date_hierarchy = "at"
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEvent]:
        """With the names of actor and subject: one sub-query a shown row, by primary key."""
        events: QuerySet[AuditEvent] = super().get_queryset(request)
        return events.annotate(actor_name=_name_of("actor_id"), subject_name=_name_of("subject_id"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEvent], search_term: str
    ) -> tuple[QuerySet[AuditEvent], bool]:
        """Find people by their name too: the events hold their address."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        term = search_term.strip()[:LONGEST_SEARCH]
        if not term:
            return found, may_repeat
        people = User.objects.filter(name__icontains=term).values("pk")
        return found | queryset.filter(Q(actor_id__in=people) | Q(subject_id__in=people)), may_repeat

    @admin.display(description=_("what happened"), ordering="action")
    def what(self, row: Any) -> str:
        """As the person, or the people of the organisation, read it."""
        return describe_event(row, {row.subject_id: row.subject_name} if row.subject_name else {})

    @admin.display(description=_("actor's name"), ordering="actor_label")
    def actor(self, row: Any) -> str:
        return row.actor_name or row.actor_label or self.get_empty_value_display()

    @admin.display(description=_("subject's name"), ordering="subject_label")
    def subject(self, row: Any) -> str:
        return row.subject_name or row.subject_label or self.get_empty_value_display()


def _name_of(column: str) -> Subquery:
    """The name of the user whose id is in `column`; NULL without an account, "" without a name."""
    return Subquery(User.objects.filter(pk=OuterRef(column)).values("name")[:1])
