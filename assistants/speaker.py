"""Which assistant speaks for an organisation on pages about all of them."""

from assistants.catalog.examples import examples_of
from assistants.models import Assistant
from organizations.facts.speaker import Speaker
from organizations.models import Organization


def find_speaker(organization: Organization) -> Speaker | None:
    """The assistant that answers the number, else the newest; None before there is one."""
    own = Assistant.objects.for_organization(organization)
    assistant = own.order_by("-answers_calls", "-created_at").first()
    return Speaker(assistant.name, examples_of(assistant.persona)) if assistant else None
