"""Any permutation, repetition or loss of a call's messages leads to the same row."""

import json
import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from calls import wire
from calls.models import Call, CallSummary
from calls.progress.facts import read_call, read_message
from calls.progress.services import apply_facts
from calls.tests.messages import (
    BEGIN,
    CALL_ID,
    SID,
    TRANSFERS,
    ending,
    listed,
    message,
    report,
    spoken,
    status_update,
    time_of,
    with_artifact,
    with_outputs,
)
from connections.vapi.client import TEST_CALL_NAME
from core.http.json_text import parse_json
from core.tests.contract import holds
from organizations.models import Organization

pytestmark = pytest.mark.django_db

QUICK = 5
SEEDS = [pytest.param(seed, marks=[] if seed < QUICK else pytest.mark.prove) for seed in range(200)]

UPDATES = [
    status_update("queued", 0),
    status_update("ringing", 1),
    status_update("in-progress", 3.1),
    status_update("in-progress", 3.4),  # Vapi may tell of it twice
    status_update("forwarding", 30),
    status_update("ended", 44.5, endedReason="customer-ended-call"),
]
EARLY = report(45)
# Told again, with a cost that was added meanwhile.
LATE = with_artifact(
    report(50, costBreakdown={"llm": 0.1031, "vapi": 0.0571, "total": 0.2}, cost=0.2), transfers=TRANSFERS
)
LISTED = [
    listed("scheduled", 0),
    listed("ringing", 1),
    listed("in-progress", 3, startedAt=time_of(3)),
    listed("ended", 44.2, **ending()),
]
# The structured output is made after the report, and may be made again.
SUMMED_UP = with_outputs(listed("ended", 47, **ending()), urgency="urgent", subject="")
OUTPUTS = [with_outputs(EARLY, subject="Une commande"), with_outputs(listed("ended", 46, **ending()))]
OWN = {"_state", "id", "organization_id", "changed_at"}


def learn(organization: Organization, told: dict[str, Any]) -> None:
    """Apply a message, or an entry of Vapi's list, as the inbox or the sweep would."""
    told = parse_json(json.dumps(told), parse_float=Decimal)
    if "message" in told:
        facts = read_message(wire.select(told["message"], wire.MESSAGE))
    else:
        facts = read_call(wire.select(told, wire.CALL))
    if facts:
        apply_facts(organization, facts)


def row_of(organization: Organization) -> dict[str, Any]:
    """All that is stored of the call, but for our own key and clock."""
    call = Call.objects.get(organization=organization)
    row = {name: value for name, value in vars(call).items() if name not in OWN}
    row["turns"] = list(call.turns.values_list("position", "speaker", "text", "at", "lasts"))
    row["transfers"] = list(call.transfers.values_list("position", "destination", "result"))
    row["summary"] = CallSummary.objects.filter(call=call).values().first() or {}
    row["summary"].pop("call_id", None)
    row["costs"] = list(call.cost_parts.values_list("provider", "part", "amount", "currency", "state"))
    return row


def shuffled(seed: int, told: list[Any], *, always: Any) -> list[Any]:
    """A disorder of some of these, with repetitions; `always` among them."""
    chance = random.Random(seed)
    chosen = [each for each in told if chance.random() < 0.7]
    chosen += [*chance.choices([*told, always], k=chance.randint(0, 6)), always]
    chance.shuffle(chosen)
    return chosen


@pytest.mark.parametrize("seed", SEEDS)
def test_any_disorder_with_the_newest_report_ends_in_the_same_row(bakery, florist, seed):
    learn(bakery, LATE)
    for told in shuffled(seed, [*UPDATES, EARLY, *LISTED], always=LATE):
        learn(florist, told)
    assert row_of(florist) == row_of(bakery)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_disorder_of_reports_and_summaries_ends_in_the_same_row(bakery, florist, seed):
    learn(bakery, LATE)
    learn(bakery, SUMMED_UP)
    order = shuffled(seed, [*UPDATES, EARLY, *LISTED, *OUTPUTS, LATE], always=SUMMED_UP)
    for told in [*order, *([] if LATE in order else [LATE])]:
        learn(florist, told)
    assert row_of(florist) == row_of(bakery)
    assert (row_of(bakery)["summary"]["urgency"], row_of(bakery)["subject"]) == ("urgent", "Bonjour.")
    assert len(row_of(bakery)["transfers"]) == len(TRANSFERS)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_disorder_without_a_report_ends_in_the_same_row(bakery, florist, seed):
    order = random.Random(seed)
    told = [*UPDATES, *LISTED[:3]]
    for each in told:
        learn(bakery, each)
    for each in order.sample(told, len(told)) + order.choices(told, k=4):
        learn(florist, each)
    assert row_of(florist) == row_of(bakery)


def test_list_tells_what_the_report_tells(bakery, florist):
    assert holds("vapi", "Call", LISTED[-1])
    learn(bakery, EARLY)
    learn(florist, LISTED[-1])
    ours, theirs = row_of(bakery), row_of(florist)
    numbers = {"our_number", "report_version"}  # an entry of the list has our number's id alone
    assert {name: ours[name] for name in ours if name not in numbers} == {
        name: theirs[name] for name in theirs if name not in numbers
    }


def test_report_tells_the_whole_call(bakery):
    learn(bakery, EARLY)
    call = Call.objects.get()
    assert (call.vapi_id, call.kind, call.status, call.is_test) == (CALL_ID, "inbound", "ended", False)
    assert (call.customer_number, call.our_number, call.twilio_sid) == ("+33612345678", "+33180000000", SID)
    assert (call.created_at, call.started_at) == (BEGIN, BEGIN + timedelta(seconds=3))
    assert (call.ended_at, call.seconds) == (BEGIN + timedelta(seconds=44.2), 41)
    assert call.ended_reason == "customer-ended-call"
    assert call.subject == "Bonjour."
    assert [(turn.speaker, turn.text, turn.at, turn.lasts) for turn in call.turns.all()] == [
        ("assistant", "Bonjour, je vous écoute.", Decimal("0.8"), Decimal("1.5")),
        ("caller", "Bonjour. Je voudrais une baguette.", Decimal("3.5"), Decimal("1.5")),
        ("assistant", "C’est noté.", Decimal("7.25"), Decimal("1.5")),
    ]


def test_call_moves_forward_with_its_messages(bakery):
    seen = []
    for told in UPDATES:
        learn(bakery, told)
        seen.append(Call.objects.get().status)
    assert seen == ["queued", "ringing", "in-progress", "in-progress", "forwarding", "ended"]
    assert not Call.objects.get().is_reported


def test_what_is_known_already_changes_nothing(bakery):
    learn(bakery, EARLY)
    changed_at = Call.objects.get().changed_at
    for told in (EARLY, *UPDATES):
        learn(bakery, told)
    assert Call.objects.get().changed_at == changed_at


def test_call_that_nobody_answers_has_no_length(bakery):
    learn(bakery, report(30, startedAt=None, endedReason="customer-did-not-answer", artifact={}))
    call = Call.objects.get()
    assert (call.started_at, call.seconds, call.subject) == (None, 0, "")


def test_end_before_the_start_is_no_negative_length(bakery):
    learn(bakery, report(45, startedAt=time_of(60), endedAt=time_of(50)))
    call = Call.objects.get()
    assert (call.started_at, call.seconds) == (call.ended_at, 0)


def test_report_without_an_end_ends_when_it_was_sent(bakery):
    learn(bakery, report(45, endedAt=None))
    assert Call.objects.get().ended_at == BEGIN + timedelta(seconds=45)


@pytest.mark.parametrize("number", ["anonymous", "+1", "sip:a@b", None, "+" + "1" * 30, ["+33612345678"]])
def test_caller_without_a_whole_number_is_withheld(bakery, number):
    customer = {"customer": {"number": number}}
    learn(bakery, message("status-update", 1, customer, status="ringing", **customer))
    assert Call.objects.get().customer_number == ""


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("inboundPhoneCall", "inbound"),
        ("outboundPhoneCall", "outbound"),
        ("webCall", "web"),
        ("vapi.websocketCall", "web"),
        ("new", "inbound"),
    ],
)
def test_direction_is_told_by_the_type(bakery, told, kind):
    learn(bakery, message("status-update", 1, {"type": told}, status="ringing"))
    assert Call.objects.get().kind == kind


def test_members_own_calls_are_told_apart(bakery):
    learn(bakery, message("status-update", 1, {"name": TEST_CALL_NAME}, status="ringing"))
    assert list(Call.objects.customers()) == []
    assert Call.objects.for_organization(bakery).count() == 1


def test_subject_is_one_line_of_bounded_length(bakery):
    learn(
        bakery,
        report(artifact={"messages": [spoken("user", "Je voudrais\nune  baguette " + "très " * 60, 1)]}),
    )
    subject = Call.objects.get().subject
    assert subject.startswith("Je voudrais une baguette très")
    assert (len(subject) <= 200, subject[-1]) == (True, "…")


@pytest.mark.parametrize(
    ("told", "total", "other"),
    [
        ({"llm": 0.1, "vapi": 0.05, "total": 0.15}, "0.15", None),
        ({"llm": 0.1, "vapi": 0.05, "total": 0.2}, "0.2", "0.05"),
        ({"llm": 0.1, "total": 0.0999999}, "0.1", None),
        ({"llm": 0.1, "total": 0.099999}, "0.099999", "-0.000001"),
        ({"llm": 0.0000004, "stt": 0.1}, "0.1", None),
        ({"total": 0}, None, None),
    ],
)
def test_parts_add_up_to_the_total(bakery, told, total, other):
    learn(bakery, report(costBreakdown=told, cost=None))
    call = Call.objects.get()
    assert call.costs() == ({"USD": Decimal(total)} if total else {})
    assert [part.amount for part in call.cost_parts.filter(part="other")] == (
        [Decimal(other)] if other else []
    )
    assert set(call.cost_parts.values_list("state", flat=True)) <= {"final"}


def test_cost_without_parts_is_kept_whole(bakery):
    learn(bakery, report(costBreakdown=None, cost=0.2023))
    assert Call.objects.get().costs() == {"USD": Decimal("0.2023")}
