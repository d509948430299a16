import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from core.tests.contract import holds
from sandbox import limits
from sandbox.calls.callers import sentences
from sandbox.calls.personas import ANSWERED_BY, LENGTHS, PERSONAS
from sandbox.calls.script import write_script
from sandbox.calls.services import Caller, place_call
from sandbox.models import Assistant, Call
from sandbox.tests.bodies import ASSISTANT, KEY, NUMBER
from sandbox.trouble import switches

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 8, 14, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ask(vapi, clock, assistant):
    """The body of a request for a call."""
    number = vapi("POST", "/phone-number", NUMBER).json()
    return {
        "assistantId": assistant["id"],
        "phoneNumberId": number["id"],
        "customer": {"number": "+33639981234", "name": "Claire"},
    }


@pytest.fixture
def call(vapi, ask):
    answer = vapi("POST", "/call", ask)
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_placed_call_holds_against_the_published_schema(vapi, ask, call):
    assert holds("vapi", "CreateCallDTO", ask)
    assert holds("vapi", "Call", call)
    limits_of_key = {"concurrencyBlocked": False, "concurrencyLimit": 10, "remainingConcurrentCalls": 9}
    assert call.pop("subscriptionLimits") == limits_of_key
    assert (call["status"], call["type"], call["cost"]) == ("queued", "outboundPhoneCall", 0)
    assert call["transport"]["callSid"] == call["phoneCallProviderId"]
    assert vapi("GET", f"/call/{call['id']}").json() == call


def test_call_runs_by_the_clock_alone(vapi, call, clock):
    path, seen = f"/call/{call['id']}", []
    for seconds in (0, 1, 4, 600):
        clock.move_to(NOON + timedelta(seconds=seconds))
        body = vapi("GET", path).json()
        assert holds("vapi", "Call", body)
        seen.append(body["status"])
    assert seen == ["queued", "ringing", "in-progress", "ended"]


def test_ended_call_tells_all(vapi, call, clock):
    clock.shift(timedelta(minutes=10))
    body = vapi("GET", f"/call/{call['id']}").json()
    assert body["endedReason"] == "customer-ended-call"
    lasted = datetime.fromisoformat(body["endedAt"]) - datetime.fromisoformat(body["startedAt"])
    assert timedelta(seconds=15) < lasted < timedelta(minutes=2)
    breakdown = body["costBreakdown"]
    parts = [breakdown[name] for name in ("transport", "stt", "llm", "tts", "vapi", "chat")]
    assert body["cost"] == breakdown["total"] == pytest.approx(sum(parts), abs=0.0002)
    assert body["cost"] == pytest.approx(sum(each["cost"] for each in body["costs"]), abs=0.0002)
    prompt, first, *rest = body["artifact"]["messages"]
    assert (prompt["role"], prompt["message"]) == ("system", ASSISTANT["model"]["messages"][0]["content"])
    assert (first["role"], first["message"]) == ("bot", ASSISTANT["firstMessage"])
    assert {each["role"] for each in rest} == {"bot", "user"}
    assert body["artifact"]["transcript"].startswith(f"AI: {ASSISTANT['firstMessage']}\nUser: ")
    assert all(a["endTime"] <= b["time"] for a, b in zip([first, *rest], rest, strict=False))


@pytest.mark.variants
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("language", ["fr", "en", "he"])
@pytest.mark.parametrize("persona", PERSONAS)
def test_every_caller_makes_a_call_that_holds(vapi, assistant, persona, language, length):
    row = Assistant.objects.get(id=assistant["id"])
    call = place_call(
        assistant=row,
        kind=Call.Kind.INBOUND,
        customer={"number": "+33639981234"},
        caller=Caller(persona, length, language),
        is_over=True,
    )
    body = vapi("GET", f"/call/{call.id}").json()
    assert (body["status"], body["endedReason"]) == ("ended", PERSONAS[persona].ended_reason)
    assert holds("vapi", "Call", body)


@pytest.mark.parametrize("seed", "abcdef")
def test_longer_calls_are_longer(assistant, seed):
    body = Assistant.objects.get(id=assistant["id"]).body
    seconds = [
        write_script(body, persona="appointment", length=length, seed=seed)[1]  # the same words, then more
        for length in LENGTHS
    ]
    assert seconds == sorted(seconds)
    assert len(set(seconds)) == 3


def test_call_ends_where_the_assistant_allows_no_more(assistant):
    row = Assistant.objects.get(id=assistant["id"])
    row.body["maxDurationSeconds"] = 10
    call = place_call(assistant=row, kind=Call.Kind.INBOUND, customer={})
    assert (call.seconds, call.ended_reason) == (10, "exceeded-max-duration")


@pytest.mark.parametrize(("ending", "persona"), ANSWERED_BY.items())
def test_some_numbers_are_answered_by_a_played_caller(vapi, ask, clock, ending, persona):
    call = vapi("POST", "/call", ask | {"customer": {"number": f"+3363998{ending}"}}).json()
    clock.shift(timedelta(seconds=2))
    body = vapi("GET", f"/call/{call['id']}").json()
    assert holds("vapi", "Call", body)
    assert body["status"] == "in-progress"
    assert [each["role"] for each in body["messages"]] == ["system", "bot"]
    clock.shift(timedelta(seconds=60))
    body = vapi("GET", f"/call/{call['id']}").json()
    assert body["status"] == "ended"
    said = [each["message"] for each in body["artifact"]["messages"] if each["role"] == "user"]
    wishes = {"appointment": "book", "questions": "hours", "message": "message"}
    assert any(wish in said[0] for wish in sentences("fr", "bakery", wishes[persona]))


def test_call_that_twilio_ends_is_over_at_once(vapi, twilio, ask, call, clock):
    clock.shift(timedelta(seconds=8))
    ended = twilio("POST", f"/Calls/{call['phoneCallProviderId']}.json", {"Status": "completed"})
    assert (ended.status_code, ended.json()["status"]) == (200, "completed")
    assert holds("twilio", "api.v2010.account.call", ended.json())
    body = vapi("GET", f"/call/{call['id']}").json()
    assert holds("vapi", "Call", body)
    assert (body["status"], body["endedReason"]) == ("ended", "customer-ended-call")
    assert {each["role"] for each in body["artifact"]["messages"]} == {"system", "bot"}
    again = twilio("POST", f"/Calls/{call['phoneCallProviderId']}.json", {"Status": "completed"})
    assert (again.status_code, again.json()["code"]) == (400, 21220)


def test_call_that_is_ended_while_it_rings_was_never_answered(vapi, twilio, call, clock):
    clock.shift(timedelta(seconds=2))
    twilio("POST", f"/Calls/{call['phoneCallProviderId']}.json", {"Status": "completed"})
    body = vapi("GET", f"/call/{call['id']}").json()
    assert body["status"] == "ended"
    assert "startedAt" not in body


@pytest.mark.parametrize(
    ("number", "reason"), [("+33639980000", "customer-busy"), ("+33639980001", "customer-did-not-answer")]
)
def test_some_numbers_are_never_answered(vapi, ask, clock, number, reason):
    call = vapi("POST", "/call", ask | {"customer": {"number": number}}).json()
    clock.shift(timedelta(minutes=5))
    body = vapi("GET", f"/call/{call['id']}").json()
    assert (body["status"], body["endedReason"]) == ("ended", reason)
    assert "startedAt" not in body
    assert holds("vapi", "Call", body)
    assert vapi("GET", f"/call/{call['id']}/mono-recording").status_code == 404


def test_changing_an_assistant_changes_no_call_of_the_past(vapi, call, clock, assistant):
    clock.shift(timedelta(minutes=10))
    before = vapi("GET", f"/call/{call['id']}").json()["artifact"]["transcript"]
    vapi("PATCH", f"/assistant/{assistant['id']}", {"firstMessage": "Allô"})
    vapi("DELETE", f"/assistant/{assistant['id']}")
    assert vapi("GET", f"/call/{call['id']}").json()["artifact"]["transcript"] == before


@pytest.mark.variants
@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"assistantId": None}, 400),
        ({"assistantId": str(uuid.UUID(int=1))}, 404),
        ({"phoneNumberId": str(uuid.UUID(int=1))}, 404),
        ({"phoneNumberId": "x"}, 400),
        ({"customer": None}, 400),
        ({"customer": {"number": "06 12 34 56 78"}}, 400),
        ({"customer": {"number": "+33612345678", "mood": "good"}}, 400),
        ({"mood": "good"}, 400),
    ],
    ids=["no-one", "unknown", "number", "no-id", "nobody", "form", "nested", "property"],
)
def test_wrong_call_is_refused(vapi, ask, change, status):
    assert vapi("POST", "/call", ask | change).status_code == status
    assert Call.objects.count() == 0


def test_so_many_at_once_and_no_more(vapi, ask, clock, monkeypatch):
    monkeypatch.setattr("sandbox.vapi.views.calls.CONCURRENCY", 1)
    assert vapi("POST", "/call", ask).status_code == 201
    assert vapi("POST", "/call", ask).status_code == 400
    clock.shift(timedelta(minutes=10))
    assert vapi("POST", "/call", ask).status_code == 201


def test_everybody_together_has_so_many_at_once(vapi, ask, monkeypatch):
    monkeypatch.setattr("sandbox.vapi.views.calls.CONCURRENCY_IN_ALL", 0)
    assert vapi("POST", "/call", ask).status_code == 400


def test_key_keeps_so_many_calls(vapi, ask, monkeypatch):
    monkeypatch.setitem(limits.PER_KEY, Call, 0)
    assert vapi("POST", "/call", ask).status_code == 400


def test_calls_are_found_by_what_they_belong_to(vapi, call, assistant):
    for name in ("assistantId", "phoneNumberId", "id"):
        assert [row["id"] for row in vapi("GET", f"/call?{name}={call[name]}").json()] == [call["id"]]
        assert vapi("GET", f"/call?{name}={uuid.UUID(int=1)}").json() == []
    assert vapi("GET", "/call?id=x").status_code == 400


def test_call_is_found_by_when_it_last_changed(vapi, call, clock):
    clock.shift(timedelta(minutes=10))
    changed = vapi("GET", f"/call/{call['id']}").json()["updatedAt"]
    assert changed != call["updatedAt"]
    assert len(vapi("GET", f"/call?updatedAtGe={changed}").json()) == 1
    assert vapi("GET", f"/call?updatedAtGt={changed}").json() == []
    assert vapi("GET", f"/call?createdAtGt={call['createdAt']}").json() == []


def test_newest_comes_first(vapi, ask, clock):
    made = []
    for _each in range(3):
        made.append(vapi("POST", "/call", ask).json()["id"])
        clock.shift(timedelta(minutes=1))
    assert [row["id"] for row in vapi("GET", "/call").json()] == made[::-1]
    assert len(vapi("GET", "/call?limit=2").json()) == 2


def test_deleted_call_is_gone_with_its_recording(vapi, call, clock):
    clock.shift(timedelta(minutes=10))
    deleted = vapi("DELETE", f"/call/{call['id']}", {})
    assert deleted.status_code == 200
    assert holds("vapi", "Call", deleted.json())
    for path in ("", "/mono-recording"):
        assert vapi("GET", f"/call/{call['id']}{path}").status_code == 404


def test_deletion_waits_while_the_recording_is_not_erased(vapi, call, clock):
    switches.switch_on("vapi", "erasing", times=1)
    path = f"/call/{call['id']}"
    assert [vapi(method, path).status_code for method in ("GET", "DELETE", "GET", "DELETE", "DELETE")] == [
        200, 503, 200, 200, 404,
    ]  # fmt: skip


def test_deletion_knows_the_bodys_properties(vapi, call):
    path = f"/call/{call['id']}"
    assert vapi("DELETE", path, {"force": True}).status_code == 400
    assert vapi("DELETE", path, {}).status_code == 200


def test_another_key_sees_nothing_of_it(vapi, call, clock):
    clock.shift(timedelta(minutes=10))
    other = f"{KEY}-other"
    assert vapi("GET", "/call", key=other).json() == []
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/mono-recording")):
        assert vapi(method, f"/call/{call['id']}{path}", key=other).status_code == 404
