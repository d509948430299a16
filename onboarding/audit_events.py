"""Sentences for the audit events of the set-up."""

from django.utils.translation import gettext_lazy as _

from core.audit.descriptions import EventGroup, Words
from organizations.audit_events import SETTINGS

EVENTS: dict[EventGroup, dict[str, Words]] = {
    SETTINGS: {"onboarding.completed": _("Finished the set-up.")},
}
