"""What Vapi has follows what the row says, whatever fails in between."""

import httpx2
import pytest
from django.test import RequestFactory
from django.utils import timezone

from assistants.creating import create_assistant
from assistants.forms import initial_of
from assistants.models import Assistant, SyncState
from assistants.tests.vapi import LOST
from assistants.wire import body_of
from connections.problems import Problem
from organizations.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(owner) -> Membership:
    return owner.memberships.select_related("organization").get()


@pytest.fixture
def assistant(actor) -> Assistant:
    initial = initial_of("restaurant", "fr", actor.organization)
    del initial["form_key"]
    return create_assistant(actor=actor, data=initial, request=RequestFactory().get("/"))


def test_new_assistant_is_made_at_vapi_as_it_is_here(connected, vapi, assistant, run_tasks):
    run_tasks()
    assistant.refresh_from_db()
    assert (assistant.sync_state, assistant.sync_problem) == (SyncState.IN_STEP, "")
    assert vapi.only | body_of(assistant) == vapi.only
    assert vapi.only["id"] == assistant.vapi_id
