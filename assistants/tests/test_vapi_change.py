"""A change made at Vapi: both texts are shown, ours is sent again or theirs is kept."""

import json
from typing import Any

import pytest

from accounts.tests.helpers import text_of
from assistants.models import FIRST_MESSAGE_LENGTH, NAME_LENGTH, Assistant
from assistants.problems import Reason
from assistants.sync.drift import compare_assistant
from assistants.sync.mirrored import SyncState
from assistants.sync.payloads import added_instructions, strip_added
from assistants.sync.vapi_version import VOICE_LENGTH, read_version
from assistants.tests.factories import AssistantFactory
from assistants.tests.vapi import payload_of
from core.models import AuditEvent
from organizations.tests.factories import answer_some

pytestmark = pytest.mark.django_db

HENRI = {"provider": "azure", "voiceId": "fr-FR-HenriNeural"}


@pytest.fixture
def assistant(connected, vapi, bakery) -> Assistant:
    made = AssistantFactory(organization=bakery, name="Léa", vapi_id="mine", prompt="Soyez bref.")
    vapi.assistants["mine"] = {"id": "mine", **payload_of(made)}
    made.sent_additions = added_instructions(made)
    made.save()
    return made


def change(vapi, assistant: Assistant, **there: Any) -> str:
    """Change the copy at Vapi, have it noticed; the path of the assistant's page."""
    vapi.only.update(there)
    compare_assistant.call(str(assistant.id))
    assistant.refresh_from_db()
    return f"/fr/o/bakery/assistants/{assistant.id}"


def instructed(text: str) -> dict[str, Any]:
    return {"messages": [{"role": "system", "content": text}]}


def seen_on(page: str) -> str:
    return page.partition('name="seen" value="')[2].partition('"')[0]


def test_both_texts_stand_side_by_side(assistant, vapi, as_user, owner):
    path = change(vapi, assistant, firstMessage="Bonjour, ici Léa.\nÀ vous.")
    page = text_of(as_user(owner).get(path))
    changed = page.partition('id="changed"')[2].partition("</section>")[0]
    assert "Bonjour, ici Léa." in changed
    assert assistant.first_message in changed
    assert f'action="{path}/repair"' in changed
    assert f'action="{path}/keep"' in changed


def test_reader_sees_both_and_no_button(assistant, vapi, as_user, viewer):
    path = change(vapi, assistant, firstMessage="Autre.")
    page = text_of(as_user(viewer).get(path))
    assert "Autre." in page
    assert f"{path}/keep" not in page
    assert f"{path}/repair" not in page
    assert as_user(viewer).post(f"{path}/keep", {"seen": "x"}).status_code == 403


def test_kept_version_becomes_ours(assistant, vapi, as_user, owner, run_tasks):
    added = added_instructions(assistant)
    there = {"name": "Emma", "voice": HENRI, "model": instructed(f"Soyez très bref.\n\n{added}")}
    path = change(vapi, assistant, firstMessage="Allô ?", maxDurationSeconds=60, **there)
    assert assistant.drift == ["name", "first_message", "prompt", "voice", "settings"]
    client = as_user(owner)
    client.post(f"{path}/keep", {"seen": seen_on(text_of(client.get(path)))})
    run_tasks()
    assistant.refresh_from_db()
    kept = (assistant.name, assistant.first_message, assistant.prompt, assistant.voice)
    assert kept == ("Emma", "Allô ?", "Soyez très bref.", "fr-henri")
    assert (assistant.sync_state, assistant.vapi_version, assistant.drift) == (SyncState.IN_STEP, {}, [])
    assert vapi.only["maxDurationSeconds"] == 600
    event = AuditEvent.objects.get(action="assistants.kept")
    assert event.data["fields"] == ["name", "voice", "first_message", "prompt"]


def test_save_that_would_undo_it_is_told_who_kept_it(assistant, vapi, as_user, owner, member):
    path = change(vapi, assistant, firstMessage="Allô ?")
    theirs = as_user(member)
    form = theirs.get(f"{path}/edit").context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"first_message": "Oui ?"}
    client = as_user(owner)
    client.post(f"{path}/keep", {"seen": seen_on(text_of(client.get(path)))})
    answer = theirs.post(f"{path}/edit", typed)
    assert answer.status_code == 409
    assert answer.context["conflict"].by == owner.display_name
    assert answer.context["conflict"].at == AuditEvent.objects.get(action="assistants.kept").at


def test_sent_version_overwrites_theirs(assistant, vapi, as_user, owner, run_tasks):
    path = change(vapi, assistant, firstMessage="Autre.")
    as_user(owner).post(f"{path}/repair")
    run_tasks()
    assert vapi.only["firstMessage"] == assistant.first_message
    assert AuditEvent.objects.filter(action="assistants.repaired").count() == 1


def test_version_that_the_user_did_not_see_is_not_kept(assistant, vapi, as_user, owner):
    path = change(vapi, assistant, firstMessage="Première.")
    client = as_user(owner)
    seen = seen_on(text_of(client.get(path)))
    change(vapi, assistant, firstMessage="Seconde.")
    page = text_of(client.post(f"{path}/keep", {"seen": seen}, follow=True))
    assistant.refresh_from_db()
    assert "a changé entre-temps" in page
    assert "Seconde." in page
    assert assistant.first_message not in {"Première.", "Seconde."}


def test_change_that_is_undone_at_vapi_is_over(assistant, vapi):
    before = vapi.only["firstMessage"]
    change(vapi, assistant, firstMessage="Autre.")
    change(vapi, assistant, firstMessage=before)
    assert (assistant.sync_state, assistant.sync_problem, assistant.vapi_version) == (
        SyncState.IN_STEP,
        "",
        {},
    )


def test_facts_saved_meanwhile_are_sent_once_it_is_undone(assistant, vapi, bakery, run_tasks):
    before = vapi.only["firstMessage"]
    change(vapi, assistant, firstMessage="Autre.")
    answer_some(bakery)
    change(vapi, assistant, firstMessage="Encore autre.")
    assert assistant.drift == ["first_message"]
    change(vapi, assistant, firstMessage=before)
    run_tasks()
    assistant.refresh_from_db()
    assert (assistant.sync_state, assistant.drift) == (SyncState.IN_STEP, [])
    assert assistant.sent_additions == added_instructions(assistant)
    assert vapi.only["model"]["messages"][0]["content"].endswith(assistant.sent_additions)


@pytest.mark.parametrize(
    "there",
    [
        {"voice": {"provider": "11labs", "voiceId": "x"}},
        {"voice": {"provider": "azure", "voiceId": "he-IL-HilaNeural"}},
        {"voice": ["fr-FR-HenriNeural"]},
        {"name": "n" * (NAME_LENGTH + 1)},
        {"name": {"$ne": ""}},
        {"name": "Léa\nBcc: x"},
        {"name": "www.example.com"},
        {"firstMessage": "m" * (FIRST_MESSAGE_LENGTH + 1)},
        {"firstMessage": "Bonjour\x00"},
        {"firstMessage": ""},
        {"firstMessage": None},
        {"model": instructed("Un.") | {"messages": [{"role": "system", "content": "Un."}, {"role": "user"}]}},
        {"model": {"messages": [{"role": "system", "content": {"text": "Un."}}]}},
        {"model": "gpt"},
    ],
    ids=str,
)
def test_what_cannot_be_kept_is_shown_and_only_ours_is_offered(assistant, vapi, as_user, owner, there):
    path = change(vapi, assistant, **there)
    assert (assistant.sync_state, assistant.sync_problem) == (SyncState.OUT_OF_STEP, Reason.CHANGED)
    client = as_user(owner)
    page = text_of(client.get(path))
    assert "ou un nom qui contient une adresse" in page
    assert f"{path}/keep" not in page
    before = Assistant.objects.values().get(pk=assistant.pk)
    client.post(f"{path}/keep", {"seen": seen_on(page)})
    assert Assistant.objects.values().get(pk=assistant.pk) == before


def test_stored_version_is_bounded(assistant):
    found = {
        "name": "n" * 10**6,
        "firstMessage": "m" * 10**6,
        "model": instructed("p" * 10**6),
        "voice": {"provider": "v" * 10**6, "voiceId": "v" * 10**6},
    }
    version = read_version(found, assistant, ["name", "first_message", "prompt", "voice", "settings"])
    assert len(json.dumps(version)) < 25_000
    assert len(version["voice"]["text"]) <= 2 * VOICE_LENGTH + 1


def test_own_instructions_are_found_wherever_ours_were_added(assistant):
    added = added_instructions(assistant)
    assert added
    assert strip_added(f"Avant.\n\n{added}", assistant) == "Avant."
    assert strip_added(f"Avant.\n\n{added}\n\nAprès.", assistant) == "Avant.\n\nAprès."
    assert strip_added("Sans.", assistant) == "Sans."


def test_ends_of_lines_are_no_change(assistant, vapi, as_user, owner, run_tasks):
    text = "\r\n".join(f"{line} " for line in f"Bref.\n{added_instructions(assistant)}".split("\n"))
    path = change(vapi, assistant, model=instructed(text))
    assert assistant.vapi_version == {"prompt": {"text": "Bref.", "can_keep": True}}
    client = as_user(owner)
    client.post(f"{path}/keep", {"seen": seen_on(text_of(client.get(path)))})
    run_tasks()
    assistant.refresh_from_db()
    assert (assistant.prompt, assistant.sync_state) == ("Bref.", SyncState.IN_STEP)


def test_change_of_the_settings_alone_can_only_be_sent_again(assistant, vapi, as_user, owner):
    path = change(vapi, assistant, maxDurationSeconds=60)
    page = text_of(as_user(owner).get(path))
    assert "réglages des appels" in page
    assert f"{path}/keep" not in page
