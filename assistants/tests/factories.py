from typing import cast

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from assistants.catalog.presets import Persona, preset_of
from assistants.conflicts import mark_of
from assistants.models import Assistant, AssistantData, SyncState, values_of
from connections.models import VapiConnection
from connections.vapi.client import VapiRegion
from organizations.models import Organization
from organizations.tests.factories import OrganizationFactory

KEY = "vapi-sandbox-key"


class AssistantFactory(DjangoModelFactory[Assistant]):
    """In step with Vapi, unless told otherwise."""

    class Meta:
        model = Assistant

    class Params:
        waiting = factory.Trait(sync_state=SyncState.PENDING, synced_revision=0, synced_at=None, vapi_id="")

    organization = factory.SubFactory(OrganizationFactory)
    name = factory.Sequence(lambda number: f"Léa {number}")
    language = "fr"
    voice = "fr-denise"
    persona = Persona.RESTAURANT
    first_message = "Boulangerie Martin, bonjour."
    prompt = factory.LazyAttribute(
        lambda made: preset_of(made.persona, made.language, business="Boulangerie Martin").prompt
    )
    sync_state = SyncState.IN_STEP
    synced_revision = 1
    synced_at = factory.LazyFunction(timezone.now)
    vapi_id = factory.Sequence(lambda number: f"twin-{number}")


def connect_to_vapi(organization: Organization, *, key: str = KEY) -> VapiConnection:
    connection = VapiConnection(organization=organization).set_credentials(
        region=VapiRegion.SANDBOX, private_key=key
    )
    connection.save()
    return connection


def typed_into(assistant: Assistant, **changes: str) -> dict[str, str]:
    """What the form of an edit sends that was opened on this assistant, as it is at this moment."""
    values = values_of(assistant)
    return {**cast("dict[str, str]", values), "seen": mark_of(values), **changes}


def data_of(**changes: str) -> AssistantData:
    """What somebody typed into the form."""
    preset = vars(preset_of(Persona.RESTAURANT, "fr", business="Boulangerie Martin"))
    return cast("AssistantData", {"language": "fr", "persona": Persona.RESTAURANT, **preset, **changes})
