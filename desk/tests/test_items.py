"""Which items calls make, and that any order, repetition or delay of reports ends in the same rows."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from assistants.tests.factories import connect_to_vapi
from calls.enums import Kind
from calls.inbox.services import store_message
from calls.models import Call
from calls.retention import delete_old_transcripts
from calls.signals import calls_erasing
from calls.summaries.models import CallSummary, Urgency
from calls.tests.factories import CallFactory
from calls.tests.messages import report, status_update
from desk.items import acts
from desk.models import Item, ItemCall, ItemNote, Notice, NoticeChoice
from desk.tests.factories import MISSED, ask, item_of, tell
from organizations.models import Membership, Organization
from organizations.permissions import Permission, Role

pytestmark = pytest.mark.django_db

QUICK = 5
SEEDS = [pytest.param(seed, marks=[] if seed < QUICK else pytest.mark.prove) for seed in range(200)]
OWN = {"_state", "id", "organization_id", "changed_at", "touched_at", "snoozed_at", "done_at"}
NOW = timezone.now()


def rows(organization: Organization) -> list[dict[str, Any]]:
    """All that is stored of the items, but for keys of ours and clocks, with the calls in each."""
    return [
        {name: value for name, value in vars(item).items() if name not in OWN}
        | {"calls": sorted(item.links.values_list("call__vapi_id", flat=True))}
        for item in Item.objects.for_organization(organization).order_by("weight", "customer_number")
    ]


@pytest.fixture
def actor(member) -> Membership:
    return Membership.objects.select_related("organization", "user").get(user=member)


@pytest.fixture
def elsewhere(outsider) -> Organization:
    return Organization.objects.get(slug="florist")


@pytest.mark.parametrize("purpose", ["message", "callback", "appointment", "complaint"])
def test_call_with_a_purpose_becomes_an_item(bakery, purpose):
    call = ask(
        bakery, purpose=purpose, urgency="urgent", wishes="Sans noix", wanted_at="samedi", unsure=["wishes"]
    )
    item = item_of(call)
    assert (item.kind, item.urgency, item.wishes, item.wanted_at) == (
        purpose,
        "urgent",
        "Sans noix",
        "samedi",
    )
    assert (item.told_in, item.unsure, item.number) == (call, ["wishes"], "+33639981234")


@pytest.mark.parametrize(
    "call",
    [
        {"ended_reason": MISSED},
        {"ended_reason": "call.forwarding.no-answer"},
        {"ended_reason": "call.in-progress.error-vapifault-eleven-labs-voice-failed"},
        {"started_at": None, "ended_at": NOW},
    ],
)
def test_caller_who_was_not_served_becomes_an_item(bakery, call):
    assert item_of(tell(CallFactory(organization=bakery, **call))).kind == "missed"


@pytest.mark.parametrize(
    ("call", "summary"),
    [
        ({}, {}),  # an older assistant makes no summary
        ({}, {"purpose": "none"}),
        ({"running": True}, {"purpose": "message"}),
        ({"is_test": True}, {"purpose": "message"}),
        ({"kind": Kind.OUTBOUND, "ended_reason": "customer-did-not-answer"}, {}),
        ({"kind": Kind.OUTBOUND, "started_at": None, "ended_at": NOW}, {}),
        ({"started_at": None, "ended_at": NOW, "report_version": ""}, {}),  # its begin may only be told late
        ({}, {"purpose": "zz"}),
    ],
)
def test_other_calls_become_none(bakery, call, summary):
    tell(CallFactory(organization=bakery, **call), **summary)
    assert not Item.objects.exists()


def test_messages_of_vapi_reach_the_desk(bakery, run_tasks):
    connection = connect_to_vapi(bakery)
    for body in (status_update("in-progress", 3), report(45, endedReason="call.forwarding.no-answer")):
        store_message(connection, repr(body).encode(), body["message"])
    run_tasks()
    assert item_of(Call.objects.get()).kind == "missed"


def test_second_call_of_a_number_joins_the_open_item(bakery):
    first = ask(bakery, minutes_ago=60, urgency="urgent", purpose="complaint")
    second = ask(bakery, purpose="callback", subject="Rappelez-moi", urgency="low")
    third = tell(CallFactory(organization=bakery, ended_reason=MISSED))
    item = Item.objects.get()
    assert item_of(first) == item_of(second) == item_of(third) == item
    assert (item.call_count, item.kind, item.subject, item.urgency) == (
        3,
        "callback",
        "Rappelez-moi",
        "urgent",
    )
    assert (item.opened_at, item.last_call_at) == (first.created_at, third.created_at)


def test_callers_without_a_number_and_other_organisations_are_apart(bakery):
    for number in ("", ""):
        ask(bakery, number)
    ask(bakery)
    ask(CallFactory().organization)
    assert Item.objects.for_organization(bakery).count() == 3


def test_call_after_the_item_was_done_opens_another(bakery, actor):
    done = item_of(ask(bakery, minutes_ago=9))
    acts.finish_item(actor=actor, item_id=done.id, seen_calls=1)
    assert item_of(ask(bakery)) != done


def test_report_that_comes_late_or_twice_undoes_nothing_that_people_did(bakery, actor):
    call = ask(bakery, urgency="low")
    item = item_of(call)
    acts.set_urgency(actor=actor, item_id=item.id, urgency=Urgency.URGENT)
    acts.assign_item(actor=actor, item_id=item.id, member_id=actor.id)
    acts.add_note(actor=actor, item_id=item.id, note_id=item.id, text="Rappelée")
    acts.finish_item(actor=actor, item_id=item.id, seen_calls=1)
    for _ in range(2):
        tell(call, purpose="complaint", subject="Un gâteau trop cuit", urgency="normal")
    item.refresh_from_db()
    assert (item.state, item.done_by, item.assigned_to, item.urgency) == ("done", actor.user, actor, "urgent")
    assert (item.kind, item.subject) == ("complaint", "Un gâteau trop cuit")
    tell(call, purpose="none")
    assert Item.objects.get() == item
    assert ItemNote.objects.count() == 1


def test_item_that_no_one_has_touched_goes_with_its_reason(bakery):
    call = ask(bakery)
    other = ask(bakery, minutes_ago=9, subject="Deux baguettes")
    tell(call, purpose="none")
    assert (Item.objects.get().subject, Item.objects.get().call_count) == ("Deux baguettes", 1)
    tell(other, purpose="none")
    assert not Item.objects.exists()


def test_item_that_is_put_off_comes_back_with_a_new_call_and_not_with_a_repeated_report(bakery, actor):
    call = ask(bakery)
    item = item_of(call)
    acts.snooze_item(actor=actor, item_id=item.id, until=timezone.now() + timedelta(hours=3))
    tell(call, subject="Une autre charlotte")
    assert list(Item.objects.snoozed()) == [item]
    ask(bakery, minutes_ago=-1)
    assert list(Item.objects.waiting()) == [item]


def test_repeated_report_is_no_news(bakery):
    call = ask(bakery)
    before = item_of(call).changed_at
    tell(call)
    assert item_of(call).changed_at == before


def test_number_that_is_told_late_joins_the_open_item(bakery):
    ask(bakery, minutes_ago=9)
    call = ask(bakery, "")
    Call.objects.filter(pk=call.pk).update(customer_number="+33639981234")
    call.refresh_from_db()
    tell(call)
    assert Item.objects.get().call_count == 2


def test_words_go_with_those_of_the_call_and_the_item_stays(bakery):
    call = ask(bakery, wishes="Sans noix", urgency="urgent", unanswered=["Avez-vous du seigle ?"])
    Call.objects.filter(pk=call.pk).update(ended_at=NOW - timedelta(days=999), started_at=None)
    delete_old_transcripts.call()
    item = Item.objects.get()
    assert (item.subject, item.wishes, item.caller_name, item.urgency) == ("", "", "", "urgent")


def test_erased_call_takes_its_words_and_an_item_without_another_call(bakery, actor):
    first, second = ask(bakery, minutes_ago=9, subject="Deux baguettes"), ask(bakery)
    acts.take_item(actor=actor, item_id=item_of(first).id)
    for call, left in ((second, ["Deux baguettes"]), (first, [])):
        calls_erasing.send(sender=Call, call_ids=[call.pk])
        call.delete()
        assert list(Item.objects.values_list("subject", flat=True)) == left


def test_erased_call_takes_its_words_from_an_item_whose_other_call_asks_nothing(bakery, actor):
    first, second = ask(bakery, minutes_ago=9), ask(bakery, subject="Un gâteau")
    acts.take_item(actor=actor, item_id=item_of(first).id)
    tell(first, purpose="none", version="2")
    calls_erasing.send(sender=Call, call_ids=[second.pk])
    item = item_of(first)
    assert (item.subject, item.caller_name, item.told_in) == ("", "", None)


PURPOSES = ["message", "callback", "complaint", "none"]


def stories(chance: random.Random) -> list[dict[str, Any]]:
    """What is told of some calls, in order: of each its end, a summary, and a better one."""
    told: list[dict[str, Any]] = []
    for number in range(6):
        call = {
            "vapi_id": f"call-{number}",
            "customer_number": chance.choice(["+33639980001", "+33639980002", ""]),
            "ended_reason": chance.choice([MISSED, "customer-ended-call"]),
            "created_at": NOW - timedelta(minutes=number),
        }
        told.append({"call": call, "summary": {}})
        for version in ("1", "2"):
            summary: Any = {"purpose": chance.choice(PURPOSES), "urgency": chance.choice(Urgency.values)}
            words = {"subject": f"{number} {version}", "version": version}
            told.append({"call": call, "summary": summary | words})
    return told


def learn(organization: Organization, told: dict[str, Any]) -> None:
    """Apply one report as `calls.progress` does: of two summaries the one with the larger version holds."""
    vapi_id = told["call"]["vapi_id"]
    call = Call.objects.filter(organization=organization, vapi_id=vapi_id).first()
    call = call or CallFactory(organization=organization, **told["call"])
    known = CallSummary.objects.filter(call=call).values_list("version", flat=True).first() or ""
    tell(call, **(told["summary"] if told["summary"].get("version", "") > known else {}))


@pytest.mark.parametrize("seed", SEEDS)
def test_any_order_and_repetition_ends_in_the_same_rows(bakery, elsewhere, seed):
    chance = random.Random(seed)
    told = stories(chance)
    for step in told:
        learn(bakery, step)
    disorder = [step for step in told for _ in range(chance.randint(1, 2))]
    chance.shuffle(disorder)
    for step in disorder:
        learn(elsewhere, step)
    expected, found = rows(bakery), rows(elsewhere)
    for row in expected + found:
        row.pop("told_in_id")
    assert found == expected
    assert_acts_survive(elsewhere, disorder)


def assert_acts_survive(organization: Organization, told: list[dict[str, Any]]) -> None:
    """People finish each item; whatever is told again changes neither that nor makes another item."""
    actor = Membership.objects.select_related("organization", "user").get(organization=organization)
    for item in Item.objects.for_organization(organization):
        acts.set_urgency(actor=actor, item_id=item.id, urgency=Urgency.URGENT)
        acts.finish_item(actor=actor, item_id=item.id, seen_calls=item.call_count)
    done = rows(organization)
    for step in told:
        learn(organization, step)
    assert rows(organization) == done
    assert {row["state"] for row in done} <= {"done"}


def act_on_some(chance: random.Random, actor: Membership) -> None:
    """A person takes, gives away or finishes one of the items."""
    item = chance.choice([*Item.objects.for_organization(actor.organization), None])
    members = list(Membership.objects.for_organization(actor.organization).who_may(Permission.DESK_ACT))
    if item is not None:
        chance.choice(
            [
                lambda: acts.take_item(actor=actor, item_id=item.id),
                lambda: acts.assign_item(actor=actor, item_id=item.id, member_id=chance.choice(members).id),
                lambda: acts.assign_item(actor=actor, item_id=item.id, member_id=None),
                lambda: acts.finish_item(actor=actor, item_id=item.id, seen_calls=item.call_count),
            ]
        )()


def stop_telling(chance: random.Random, person: User) -> None:
    """The person loses the right to know, the wish or the address."""
    places = Membership.objects.filter(user=person)
    chance.choice(
        [
            places.delete,
            lambda: places.update(role=Role.VIEWER),
            lambda: NoticeChoice.objects.create(membership=places.get(), at_once="nothing"),
            lambda: User.objects.filter(pk=person.pk).update(is_active=False),
            lambda: User.objects.filter(pk=person.pk).update(mail_trouble="bounced"),
        ]
    )()


@pytest.mark.parametrize("seed", SEEDS)
def test_each_member_is_told_once_of_each_call_for_as_long_as_they_may_know(
    bakery, owner, admin, actor, viewer, run_tasks, mailoutbox, seed
):
    """Reports are dropped, repeated and shuffled, while people act, leave and lose their rights."""
    chance = random.Random(seed)
    told = [step for step in stories(chance) for _ in range(chance.choice([0, 1, 1, 2]))]
    chance.shuffle(told)
    leaves = {chance.randrange(len(told)): owner, chance.randrange(len(told)): admin}
    silent = {viewer.email}
    for number, step in enumerate(told):
        learn(bakery, step)
        if chance.random() < 0.4:
            act_on_some(chance, actor)
        if number in leaves:
            stop_telling(chance, leaves[number])
            silent.add(leaves[number].email)
        sent = len(mailoutbox)
        if chance.random() < 0.3 or number == len(told) - 1:
            run_tasks()
        assert not silent & {mail.to[0] for mail in mailoutbox[sent:]}
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == len(mailoutbox)
    open_calls = set(ItemCall.objects.filter(item__state="open").values_list("call", flat=True))
    assert open_calls <= set(Notice.objects.filter(membership=actor).values_list("call", flat=True))
