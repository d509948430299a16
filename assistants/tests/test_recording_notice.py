"""Callers are told that their call is recorded, by a sentence that is never taken for the owner's."""

import pytest

from accounts.tests.helpers import text_of
from assistants.catalog.recording_notice import SENTENCES
from assistants.models import Assistant
from assistants.services import repair_assistant
from assistants.sync.drift import compare_assistant
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import AssistantFactory
from core.models import AuditEvent
from organizations.models import Organization

pytestmark = pytest.mark.django_db

SETTINGS = "/fr/o/bakery/settings"
NOTICE = SENTENCES["fr"]


@pytest.fixture
def switch(as_user, admin, bakery, run_tasks):
    """Switch recording on or off on the settings page, and have the assistants sent."""

    def switch(*, on: bool, send: bool = True) -> None:
        bakery.refresh_from_db()
        names = ("name", "timezone", "locale", "transcript_days", "recording_days")
        typed = {name: str(getattr(bakery, name)) for name in names} | ({"records_calls": "on"} if on else {})
        assert as_user(admin).post(SETTINGS, typed).status_code == 302
        if send:
            run_tasks()

    return switch


@pytest.fixture
def assistant(connected, bakery, run_tasks, switch) -> Assistant:
    """One that was sent while calls were not recorded."""
    made = AssistantFactory(organization=bakery, waiting=True)
    switch(on=True)
    switch(on=False)
    made.refresh_from_db()
    return made


def compare(assistant: Assistant) -> tuple[str, list[str]]:
    compare_assistant.call(str(assistant.id))
    assistant.refresh_from_db()
    return assistant.sync_state, assistant.drift


def heard(vapi) -> tuple[bool, str]:
    return vapi.only["artifactPlan"]["recordingEnabled"], vapi.only["firstMessage"]


def test_switch_reaches_vapi_with_the_sentence_and_back(assistant, vapi, switch, as_user, viewer, bakery):
    page = f"/fr/o/bakery/assistants/{assistant.id}"
    assert heard(vapi) == (False, assistant.first_message)
    assert NOTICE not in text_of(as_user(viewer).get(page))
    switch(on=True)
    assert heard(vapi) == (True, f"{assistant.first_message} {NOTICE}")
    assert compare(assistant) == (SyncState.IN_STEP, [])
    assert NOTICE in text_of(as_user(viewer).get(page))
    changed = AuditEvent.objects.filter(action="organizations.changed")
    assert all(event.data["fields"] == ["records_calls"] for event in changed)
    assert len(changed) == 3
    switch(on=False)
    assert heard(vapi) == (False, assistant.first_message)
    assert compare(assistant) == (SyncState.IN_STEP, [])


def test_each_language_has_its_sentence(connected, bakery, vapi, run_tasks, switch):
    for language, voice in (("he", "he-hila"), ("en", "en-sonia")):
        AssistantFactory(organization=bakery, language=language, voice=voice, waiting=True)
    switch(on=True)
    endings = {
        each["firstMessage"].removeprefix("Boulangerie Martin, bonjour. ")
        for each in vapi.assistants.values()
    }
    assert endings == {SENTENCES["he"], SENTENCES["en"]}


def test_recording_switched_at_vapi_is_a_change(assistant, vapi):
    vapi.only["artifactPlan"] = {"recordingEnabled": True}
    assert compare(assistant) == (SyncState.OUT_OF_STEP, ["settings"])


@pytest.mark.parametrize("greeting", ["Allô ? {}", "{} Allô ?", " Allô ?  {} "])
def test_kept_greeting_is_without_the_sentence(assistant, vapi, switch, as_user, owner, run_tasks, greeting):
    switch(on=True)
    assistant.refresh_from_db()
    vapi.only["firstMessage"] = greeting.format(NOTICE)
    assert compare(assistant) == (SyncState.OUT_OF_STEP, ["first_message"])
    client = as_user(owner)
    path = f"/fr/o/bakery/assistants/{assistant.id}"
    seen = text_of(client.get(path)).partition('name="seen" value="')[2].partition('"')[0]
    client.post(f"{path}/keep", {"seen": seen})
    run_tasks()
    assistant.refresh_from_db()
    assert assistant.first_message == "Allô ?"
    assert heard(vapi) == (True, f"Allô ? {NOTICE}")


def test_switch_waits_for_the_choice_about_another_change(assistant, vapi, switch, actor, run_tasks):
    vapi.only["name"] = "Other"
    assert compare(assistant) == (SyncState.OUT_OF_STEP, ["name"])
    switch(on=True)
    assert heard(vapi)[0] is False
    assert compare(assistant) == (SyncState.OUT_OF_STEP, ["name"])
    repair_assistant(actor=actor, assistant_id=assistant.id)
    run_tasks()
    assert heard(vapi) == (True, f"{assistant.first_message} {NOTICE}")


def test_switch_is_sent_once_the_other_change_is_undone_at_vapi(assistant, vapi, switch, run_tasks):
    vapi.only["name"] = "Other"
    compare(assistant)
    switch(on=True)
    vapi.only["name"] = assistant.name
    compare(assistant)
    run_tasks()
    assert heard(vapi)[0] is True
    assert compare(assistant) == (SyncState.IN_STEP, [])


def test_switching_on_twice_sends_once(assistant, vapi, switch):
    switch(on=True)
    revision = Assistant.objects.get().revision
    switch(on=True)
    assert Assistant.objects.get().revision == revision
    assert Organization.objects.get(slug="bakery").records_calls
