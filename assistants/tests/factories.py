from typing import cast

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from assistants.catalog.presets import Persona, preset_of
from assistants.conflicts import digests_of
from assistants.models import Assistant, AssistantData, values_of
from assistants.sync.mirrored import SyncState
from connections.models import VapiConnection
from connections.vapi.client import VapiRegion
from organizations.models import Organization
from organizations.tests.factories import OrganizationFactory

KEY = "vapi-sandbox-key"


class AssistantFactory(DjangoModelFactory[Assistant]):
    """Up to date at Vapi by default."""

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
    vapi_id = factory.Sequence(lambda number: f"copy-{number}")


def connect_to_vapi(organization: Organization, *, key: str = KEY) -> VapiConnection:
    connection = VapiConnection(organization=organization).set_credentials(
        region=VapiRegion.SANDBOX, private_key=key
    )
    connection.save()
    return connection


def typed_into(assistant: Assistant, **changes: str) -> dict[str, str]:
    """The data of the edit form that was opened on this assistant as it is now, with `changes`."""
    values = values_of(assistant)
    return {**cast("dict[str, str]", values), "seen": digests_of(values), **changes}


def data_of(**changes: str) -> AssistantData:
    """The data of a valid form."""
    preset = vars(preset_of(Persona.RESTAURANT, "fr", business="Boulangerie Martin"))
    return cast("AssistantData", {"language": "fr", "persona": Persona.RESTAURANT, **preset, **changes})
