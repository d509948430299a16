"""Every choice makes a payload that is valid by Vapi's published schemas."""

import hashlib
import itertools
import json
import re
from typing import Any

import pytest
from django.conf import settings

from assistants.catalog.presets import Persona, preset_of
from assistants.catalog.voices import TRANSCRIBERS, VOICES, voices_of
from assistants.models import FIRST_MESSAGE_LENGTH, NAME_LENGTH, PAYLOAD_VERSION, PROMPT_LENGTH
from assistants.sync.call_summary import OUTPUT_NAME, VALUES
from assistants.sync.payloads import build_instructions, build_payload, find_drift
from assistants.tests.factories import AssistantFactory
from connections.vapi.webhooks import BACKOFF, TIMEOUT
from core.tests.contract import holds, published

pytestmark = pytest.mark.django_db

LANGUAGES = [code for code, _name in settings.LANGUAGES]
PRESETS = [pytest.param(*pair, id="-".join(pair)) for pair in itertools.product(Persona.values, LANGUAGES)]
BRANCHES = {"azure": "AzureVoice", "openai": "OpenAIVoice"}
SERVER = {
    "url": "https://console.example.com/webhooks/vapi",
    "headers": {"X-Vapi-Secret": "secret"},
    "timeoutSeconds": TIMEOUT,
    "backoffPlan": BACKOFF,
}
LISTENERS = {"azure": "AzureSpeechTranscriber", "deepgram": "DeepgramTranscriber"}


def assistant_with(voice: str, **fields):
    return AssistantFactory.build(voice=voice, language=VOICES[voice].language, **fields)


@pytest.mark.parametrize("voice", list(VOICES))
@pytest.mark.parametrize("schema", ["CreateAssistantDTO", "UpdateAssistantDTO"])
def test_every_voice_makes_a_body_that_vapi_takes(voice, schema):
    body = build_payload(assistant_with(voice), SERVER)
    assert holds("vapi", schema, body)
    # The schema has many alternatives; these are the intended ones.
    assert holds("vapi", BRANCHES[body["voice"]["provider"]], body["voice"])
    assert holds("vapi", LISTENERS[body["transcriber"]["provider"]], body["transcriber"])
    assert holds("vapi", "OpenAIModel", body["model"])


def test_body_names_nothing_that_the_schema_does_not():
    """The schema allows unknown names, the server answers 400."""
    body = build_payload(assistant_with("fr-denise"), SERVER)
    assert set(body) <= set(published("vapi")["CreateAssistantDTO"]["properties"])
    assert set(body["model"]) <= set(published("vapi")["OpenAIModel"]["properties"])
    assert published("vapi")["CreateAssistantDTO"]["properties"]["name"]["maxLength"] == NAME_LENGTH


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_someone_to_listen_and_voices_of_both_kinds(language):
    assert language in TRANSCRIBERS
    voices = voices_of(language)
    assert len(voices) >= 3
    assert {voice.gender for voice in voices} == {"female", "male"}


@pytest.mark.parametrize(("persona", "language"), PRESETS)
def test_each_preset_fits_and_names_the_business(persona, language):
    preset = preset_of(persona, language, business="Chez {Perrin} & Fils")
    assert len(preset.name) <= NAME_LENGTH
    assert len(preset.first_message) <= FIRST_MESSAGE_LENGTH // 2
    assert len(preset.prompt) <= PROMPT_LENGTH // 2
    assert VOICES[preset.voice].language == language
    for text in (preset.first_message, preset.prompt):
        assert "Chez {Perrin} & Fils" in text
        assert "{business}" not in text


@pytest.mark.parametrize(("persona", "language"), PRESETS)
def test_each_preset_tells_of_emergencies_and_forbids_inventing(persona, language):
    prompt = preset_of(persona, language, business="Perrin").prompt
    told = {
        "fr": ("15", "112", "N’inventez", "chiffre par chiffre"),
        "he": ("101", "100", "אין להמציא", "ספרה אחר ספרה"),
        "en": ("112", "emergency", "Never make up", "digit by digit"),
    }
    assert all(words in prompt for words in told[language])


@pytest.mark.parametrize(("voice", "words"), [("he-hila", "בלשון נקבה"), ("he-avri", "בלשון זכר")])
def test_hebrew_voice_knows_what_it_is(voice, words):
    assert words in build_instructions(assistant_with(voice))


def test_defaults_that_vapi_adds_are_no_drift():
    assistant = assistant_with("fr-denise")
    copy = build_payload(assistant, SERVER) | {"id": "x", "orgId": "y", "backgroundSound": "office"}
    copy["model"] = {**copy["model"], "temperature": 0}
    copy["voice"] = {**copy["voice"], "speed": 1}
    assert find_drift(copy, assistant, SERVER) == []


@pytest.mark.parametrize(
    ("change", "drift"),
    [
        ({"name": "Other"}, ["name"]),
        ({"firstMessage": "Hi"}, ["first_message"]),
        ({"model": {"messages": [{"role": "system", "content": "Sell!"}]}}, ["prompt"]),
        ({"model": None}, ["prompt"]),
        ({"model": {"messages": "none"}}, ["prompt"]),
        ({"voice": {"provider": "azure", "voiceId": "emma"}}, ["voice"]),
        ({"voice": "emma", "name": ""}, ["name", "voice"]),
    ],
    ids=["name", "greeting", "prompt", "no-model", "odd-messages", "voice", "two"],
)
def test_what_callers_would_notice_is_drift(change, drift):
    assistant = assistant_with("fr-denise")
    assert find_drift(build_payload(assistant, SERVER) | change, assistant, SERVER) == drift


@pytest.mark.parametrize(
    ("plan", "name"),
    [
        ("monitorPlan", "listenEnabled"),
        ("monitorPlan", "listenAuthenticationEnabled"),
        ("monitorPlan", "controlEnabled"),
        ("monitorPlan", "controlAuthenticationEnabled"),
        ("artifactPlan", "recordingEnabled"),
    ],
)
def test_what_vapi_leaves_open_by_default_is_closed(plan, name):
    sent = build_payload(assistant_with("fr-denise"), SERVER)[plan][name]
    default = re.search(r"(?i)@default (true|false)|Defaults to (true|false)", described(plan, name))
    assert default, "the schema no longer says a default"
    assert str(sent).lower() != (default[1] or default[2])


def described(plan: str, name: str) -> str:
    text: str = published("vapi")[plan[0].upper() + plan[1:]]["properties"][name]["description"]
    return text


def test_every_sent_setting_is_compared():
    assistant = assistant_with("fr-denise")
    payload = build_payload(assistant, SERVER)
    for name in set(payload) - {"name", "firstMessage", "model", "voice", "metadata"}:
        changed = (
            {**payload[name], next(iter(payload[name])): "x"} if isinstance(payload[name], dict) else "x"
        )
        assert find_drift({**payload, name: changed}, assistant, SERVER) == ["settings"]
        assert find_drift({key: payload[key] for key in payload if key != name}, assistant, SERVER) == [
            "settings"
        ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_call_yields_one_structured_output_in_the_language_of_the_assistant(language):
    plan = build_payload(assistant_with(voices_of(language)[0].key), SERVER)["artifactPlan"]
    (output,) = plan["structuredOutputs"]
    assert holds("vapi", "CreateStructuredOutputDTO", output)
    assert output["name"] == OUTPUT_NAME
    assert (
        len(OUTPUT_NAME) <= published("vapi")["CreateStructuredOutputDTO"]["properties"]["name"]["maxLength"]
    )
    values = output["schema"]["properties"]
    assert list(values) == output["schema"]["required"] == list(VALUES)
    texts = [output["description"], *(value["description"] for value in values.values())]
    assert len({*texts}) == len(texts)
    assert all(re.search("[א-ת]", text) is not None for text in texts) == (language == "he")


def test_what_vapi_adds_to_the_structured_output_is_no_drift_and_a_change_of_it_is():
    assistant = assistant_with("fr-denise")
    for change, drift in (
        (lambda outputs: outputs[0].update(assistantIds=[], compliancePlan={}), []),
        (lambda outputs: outputs[0]["schema"].update(title="Call"), []),
        (lambda outputs: outputs[0]["schema"]["properties"]["urgency"]["enum"].pop(), ["settings"]),
        (lambda outputs: outputs[0].update(description="Say that it is urgent."), ["settings"]),
        (lambda outputs: outputs.append(outputs[0]), ["settings"]),
        (lambda outputs: outputs.clear(), ["settings"]),
    ):
        copy = json.loads(json.dumps(build_payload(assistant, SERVER)))
        change(copy["artifactPlan"]["structuredOutputs"])
        assert find_drift(copy, assistant, SERVER) == drift


def test_version_grows_with_what_is_sent():
    """Where this fails, raise PAYLOAD_VERSION, so that the copies that exist are sent again, and note the digest."""
    blank: dict[str, Any] = {"name": "", "first_message": "", "prompt": ""}
    bodies = [
        build_payload(assistant_with(voice, **blank | {"organization__records_calls": is_recorded}), SERVER)
        for voice in VOICES
        for is_recorded in (False, True)
    ]
    for body in bodies:
        del body["metadata"]
    digest = hashlib.sha256(json.dumps(bodies, sort_keys=True).encode()).hexdigest()[:16]
    assert (PAYLOAD_VERSION, digest) == (4, "c36235f63fe0edf6")
