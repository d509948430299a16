"""What the audit keeps of assistants, and the words in which it is told."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from assistants.models import Assistant
from core.audit.services import record_event
from organizations.audit_log.descriptions import FIELDS, describe
from organizations.models import Membership

SENTENCES = {
    "assistants.created": _("Created the assistant {subject}."),
    "assistants.duplicated": _("Created the assistant {subject} as a copy of {source}."),
    "assistants.changed": _("Changed the assistant {subject}: {fields}."),
    "assistants.deleted": _("Deleted the assistant {subject}."),
    "assistants.repaired": _("Sent the assistant {subject} to Vapi again."),
    "assistants.answers": _("Chose {subject} to answer the number."),
    "assistants.called": _("Had {subject} place a test call to {number}."),
}


def describe_events() -> None:
    """Give the audit page its words; called once, when the apps are ready."""
    describe("assistants", _("Assistants"), SENTENCES)
    FIELDS.update(
        {
            "voice": _("voice"),
            "persona": _("trade"),
            "language": _("language"),
            "first_message": _("first message"),
            "prompt": _("instructions"),
        }
    )


def record(action: str, actor: Membership, assistant: Assistant, **data: Any) -> None:
    """Write down what a person did to an assistant, in the caller's transaction."""
    record_event(
        f"assistants.{action}",
        actor=actor.user,
        subject=assistant,
        organization_id=assistant.organization_id,
        **data,
    )
