"""Sentences for the audit events of the desk; the page of an item shows them as its history."""

from django.utils.translation import gettext_lazy as _

from calls.summaries.models import Urgency
from core.audit.descriptions import EventGroup, Words

EVENTS: dict[EventGroup, dict[str, Words]] = {
    EventGroup("desk", _("Requests"), rank=6): {
        "desk.taken": _("Took a request."),
        "desk.assigned": _("Gave a request to {person}."),
        "desk.unassigned": _("Took a request from the person who had it."),
        "desk.snoozed": _("Put a request off."),
        "desk.woken": _("Brought back a request that was put off."),
        "desk.done": _("Marked a request as done."),
        "desk.reopened": _("Opened a request again."),
        "desk.urgency_set": _("Changed how urgent a request is: {urgency}."),
        "desk.noted": _("Wrote a note on a request."),
        "desk.question_answered": _("Answered a question that an assistant could not answer."),
        "desk.question_dismissed": _("Set a question aside that an assistant could not answer."),
        "desk.budget_set": _("Set the monthly limit: {limit} {currency}."),
        "desk.budget_removed": _("Removed the monthly limit in {currency}."),
        "desk.cap_set": _("Set how many calls a day one number may make before it is listed: {calls}."),
        "desk.cap_removed": _("Removed the limit of calls a day from one number."),
    },
}

LABELS: dict[str, dict[str, Words]] = {"urgency": {each.value: each.label for each in Urgency}}
