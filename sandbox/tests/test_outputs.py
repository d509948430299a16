"""Structured outputs: made from the conversation in the form that the assistant asked for, and billed."""

from datetime import timedelta
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import time_machine

from assistants.sync.call_summary import OUTPUT_NAME, summary_plan
from core.tests.contract import holds
from sandbox.calls.personas import PERSONAS
from sandbox.calls.script import write_script
from sandbox.calls.services import Caller, hang_up, place_call
from sandbox.conversation.summary import extract
from sandbox.models import Assistant, Call
from sandbox.tests.bodies import ASSISTANT, KEY

pytestmark = pytest.mark.django_db

LEAVES_A_MESSAGE = Caller("message")
OTHER = {
    "name": "mood",
    "schema": {
        "type": "object",
        "properties": {
            "mood": {"type": "string", "enum": ["good", "bad"]},
            "score": {"type": "number"},
            "caller_name": {"type": "string"},
            "is_new": {"type": "boolean"},
            "rooms": {"type": "array", "items": {"type": "object"}},
            "inner": {"type": "object", "properties": {"count": {"type": "integer"}}},
        },
    },
}
ENGLISH = {
    "transcriber": {"provider": "deepgram", "model": "nova-3", "language": "en"},
    "firstMessage": "Hello, Miller plumbing.",
    "model": ASSISTANT["model"] | {"messages": [{"role": "system", "content": "You answer for a plumber."}]},
}


def asking(language="fr", *others, **fields):
    plan = summary_plan(language)
    return ASSISTANT | {"artifactPlan": {"structuredOutputs": [*plan["structuredOutputs"], *others]}} | fields


def told(body, caller=LEAVES_A_MESSAGE, **options):
    given: dict[str, Any] = {
        "kind": Call.Kind.INBOUND,
        "customer": {"number": "+33639981234"},
        "is_over": True,
    }
    assistant = Assistant.objects.create(key=KEY, body=body)
    return place_call(assistant=assistant, caller=caller, **given | options)


def shown(vapi, call):
    body = vapi("GET", f"/call/{call.id}").json()
    assert holds("vapi", "Call", body)
    return body


def result_of(body):
    outputs = body["artifact"]["structuredOutputs"].values()
    return next(each["result"] for each in outputs if each["name"] == OUTPUT_NAME)


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("language", ["fr", "en", "he"])
def test_result_holds_against_the_schema_that_was_asked_for(vapi, persona, language):
    call = told(asking(language), Caller(persona, "long", language))
    body = shown(vapi, call)
    asked = call.assistant["artifactPlan"]["structuredOutputs"][0]
    assert all(
        holds("vapi", "StructuredOutputRunResult", each)
        for each in body["artifact"]["structuredOutputs"].values()
    )
    jsonschema.validate(result_of(body), asked["schema"])


def test_each_output_is_made_by_its_own_schema_and_billed(vapi):
    body = shown(vapi, told(asking("fr", OTHER)))
    results = {each["name"]: each["result"] for each in body["artifact"]["structuredOutputs"].values()}
    name = results[OUTPUT_NAME]["caller_name"]
    assert results["mood"] == {
        "mood": "good", "score": 0, "caller_name": name, "is_new": False, "rooms": [], "inner": {"count": 0},
    }  # fmt: skip
    analysis = body["costs"][-1]
    assert holds("vapi", "AnalysisCost", analysis)
    assert {row["structuredOutputId"] for row in analysis["structuredOutputBreakdown"]} == set(
        body["artifact"]["structuredOutputs"]
    )
    assert analysis["cost"] == body["costBreakdown"]["analysisCostBreakdown"]["structuredOutput"] > 0
    assert body["cost"] == pytest.approx(sum(each["cost"] for each in body["costs"]), abs=0.0002)


def test_assistant_that_asks_for_none_gets_none(vapi):
    body = shown(vapi, told(ASSISTANT))
    assert "structuredOutputs" not in body["artifact"]
    assert {each["type"] for each in body["costs"]} == {"transport", "transcriber", "model", "voice", "vapi"}


def test_call_that_is_not_answered_has_none(vapi):
    call = told(asking(), kind=Call.Kind.OUTBOUND, customer={"number": "+33639980000"})
    assert "structuredOutputs" not in shown(vapi, call)["artifact"]


def test_caller_who_hangs_up_is_summed_up_from_what_was_said(vapi):
    call = told(asking(), Caller("appointment"), is_over=False)
    second = [turn for turn in call.turns if turn["role"] == "user"][1]
    with time_machine.travel(call.started_at + timedelta(seconds=second["at"] - 0.1), tick=False):
        hang_up(call)
        result = result_of(shown(vapi, call))
    assert (result["purpose"], result["callback_number"], result["caller_name"]) == ("appointment", "", "")


def is_result(output):
    return holds("vapi", "StructuredOutputRunResult", output)


def words(*said, **fields):
    return extract(ASSISTANT | fields, said)


def test_message_is_taken_down_with_name_number_and_urgency():
    found = words(
        "I’d like to leave a message.", "Sam Taylor", "07700 900123", "My boiler is leaking, it’s urgent!", "Yes",
        **ENGLISH,
    )  # fmt: skip
    assert (found["purpose"], found["urgency"], found["unsure"]) == ("message", "urgent", [])
    assert (found["caller_name"], found["callback_number"]) == ("Sam Taylor", "07700900123")
    assert found["subject"] == "My boiler is leaking, it’s urgent!"


@pytest.mark.parametrize(
    ("said", "purpose", "urgency"),
    [
        ("Je voudrais que l’on me rappelle.", "callback", "normal"),
        ("C’est pour une réclamation.", "complaint", "normal"),
        ("Je voudrais laisser un message, ce n’est pas urgent.", "message", "low"),
        ("Il y a une fuite, rappelez-moi\u202f!", "callback", "urgent"),
        ("Au revoir.", "none", "normal"),
    ],
)
def test_purpose_and_urgency_are_told_by_words(said, purpose, urgency):
    found = words(said, "Claire Durand")
    assert (found["purpose"], found["urgency"]) == (purpose, urgency)


def test_question_without_an_answer_is_listed():
    found = words("Est-ce que vous livrez à Lyon ?", "Non merci, au revoir.")
    assert found["unanswered"] == ["Est-ce que vous livrez à Lyon ?"]


def test_what_was_never_read_back_is_unsure():
    turns, _seconds, _reason = write_script(ASSISTANT, persona="hurried", length="short")
    found = words(*(turn["text"] for turn in turns if turn["role"] == "user"))
    assert "caller_name" in found["unsure"]
    assert (found["purpose"], found["callback_number"]) == ("appointment", "")


@pytest.mark.parametrize(
    ("output", "fault"),
    [
        ("x", "must be an object"),
        ({"name": "a"}, "schema should not be null or undefined"),
        ({"schema": {"type": "object"}}, "name should not be null or undefined"),
        ({"name": "a" * 41, "schema": {"type": "string"}}, "must be shorter than or equal to 40 characters"),
        ({"name": "a", "schema": {"type": "text"}}, "schema.type must be one of"),
        (
            {"name": "a", "schema": {"type": "object", "properties": {"b": {"type": 1}}}},
            "properties.b.type must be a",
        ),
        ({"name": "a", "schema": {"type": "object", "maximum": 3}}, "property maximum should not exist"),
        ({"name": "a", "mood": "good", "schema": {"type": "object"}}, "property mood should not exist"),
    ],
)
def test_faulty_output_is_refused(vapi, output, fault):
    answer = vapi("POST", "/assistant", ASSISTANT | {"artifactPlan": {"structuredOutputs": [output]}})
    assert answer.status_code == 400
    assert fault in " ".join(answer.json()["message"])


def test_outputs_of_the_product_are_taken(vapi):
    body = asking("he", OTHER)
    assert holds("vapi", "CreateAssistantDTO", body)
    made = vapi("POST", "/assistant", body)
    assert (made.status_code, made.json()["artifactPlan"]) == (201, body["artifactPlan"])
