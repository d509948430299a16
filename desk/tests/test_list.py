"""The list of requests: its order, filters, pages and news, and the figure beside its place."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assistants.tests.factories import AssistantFactory
from calls.tests.factories import CallFactory
from core.web.pages import CURSOR
from desk.items import acts
from desk.models import Item
from desk.tests.factories import MISSED, ask, item_of, tell
from organizations.models import Membership

pytestmark = pytest.mark.django_db

URL = "/fr/o/bakery/desk"
HX = {"HX-Request": "true"}


def shown(response) -> list[str]:
    """The subjects of the items on a page."""
    return [row.item.subject for row in response.context["rows"]]


@pytest.fixture
def place(member) -> Membership:
    return Membership.objects.select_related("organization", "user").get(user=member)


def test_row_tells_who_what_when_how_urgent_and_what_is_to_be_checked(as_user, member, bakery):
    ask(
        bakery,
        urgency="urgent",
        purpose="callback",
        wanted_at="demain matin",
        callback_number="+33639985555",
        unsure=["caller_name", "wanted_at"],
    )
    page = as_user(member).get(URL).content.decode()
    for text in (
        "Nadia Benali",
        "Une charlotte pour samedi",
        "demain matin",
        'href="tel:+33639985555"',
        "Urgent",
    ):
        assert text in page
    assert page.count('class="unsure"') == 2


def test_the_most_urgent_comes_first_then_the_one_that_waits_longest(as_user, viewer, bakery):
    for place, (urgency, minutes) in enumerate(
        [("normal", 5), ("urgent", 1), ("low", 99), ("normal", 50), ("urgent", 9)]
    ):
        ask(
            bakery,
            f"+3363998000{place}",
            urgency=urgency,
            minutes_ago=minutes,
            subject=f"{urgency} {minutes}",
        )
    expected = ["urgent 9", "urgent 1", "normal 50", "normal 5", "low 99"]
    assert shown(as_user(viewer).get(URL)) == expected


def test_tabs_and_filters_narrow_by_the_address(as_user, member, bakery, place):
    items = {
        name: item_of(ask(bakery, f"+3363998000{number}", subject=name, purpose=purpose))
        for number, (name, purpose) in enumerate(
            [("open", "message"), ("mine", "callback"), ("snoozed", "message"), ("done", "message")]
        )
    }
    acts.take_item(actor=place, item_id=items["mine"].id)
    acts.snooze_item(actor=place, item_id=items["snoozed"].id, until=timezone.now() + timedelta(hours=1))
    acts.finish_item(actor=place, item_id=items["done"].id, seen_calls=1)
    client = as_user(member)
    for query, expected in {
        "": {"open", "mine"},
        "state=mine": {"mine"},
        "state=snoozed": {"snoozed"},
        "state=done": {"done"},
        "kind=callback": {"mine"},
        f"person={place.id}": {"mine"},
        "state=zz&kind=zz&person=zz": {"open", "mine"},
        f"state=done&person={place.id}": set(),
    }.items():
        assert set(shown(client.get(f"{URL}?{query}"))) == expected, query


@pytest.mark.parametrize("state", ["", "done"])
def test_pages_hold_each_item_once(as_user, viewer, bakery, state):
    for number in range(60):
        call = ask(
            bakery, f"+336399810{number:02}", subject=str(number), urgency=["low", "urgent"][number % 2]
        )
        if state:
            Item.objects.filter(links__call=call).update(state="done", done_at=timezone.now())
    client, query, found = as_user(viewer), f"state={state}", []
    while query:
        response = client.get(f"{URL}?{query}")
        found += shown(response)
        query = response.context["older"]
    assert len(found) == 60
    assert set(found) == {str(number) for number in range(60)}


def test_cursor_of_an_item_that_is_opened_again_begins_anew(as_user, viewer, bakery):
    item = item_of(ask(bakery))
    assert as_user(viewer).get(URL, {"state": "done", CURSOR: item.id}).status_code == 200


def test_empty_desk_says_what_comes_here(as_user, viewer, bakery):
    client = as_user(viewer)
    assert "Personne ne vous attend" in client.get(URL).content.decode()
    for state in ("mine", "snoozed", "done"):
        assert client.get(URL, {"state": state}).status_code == 200


def test_twenty_items_cost_no_more_than_one(as_user, owner, bakery, place):
    client = as_user(owner)
    lea = AssistantFactory(organization=bakery)

    def ask_for_more(number: int) -> Item:
        item = item_of(
            ask(bakery, f"+336399810{number:02}", assistant=lea, unanswered=[f"Question {number}"])
        )
        Item.objects.filter(pk=item.pk).update(assigned_to=place)
        return item

    def costs(item: Item) -> list[int]:
        found = []
        for path in ("", "?state=mine", f"/{item.id}", "/questions"):
            client.get(f"{URL}{path}")
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"{URL}{path}").status_code == 200
            found.append(len(queries))
        return found

    first = ask_for_more(0)
    acts.add_note(actor=place, item_id=first.id, note_id=CallFactory().id, text="Vu")
    with_one = costs(first)
    for number in range(1, 20):
        ask_for_more(number)
        tell(CallFactory(organization=bakery, customer_number=first.customer_number, ended_reason=MISSED))
        acts.add_note(actor=place, item_id=first.id, note_id=CallFactory().id, text="Vu")
    assert costs(first) == with_one
    assert max(with_one) <= 14


def test_navigation_counts_what_waits(as_user, viewer, bakery, place):
    client = as_user(viewer)
    assert 'class="count"' not in client.get(URL).content.decode()
    items = [item_of(ask(bakery, f"+3363998000{number}")) for number in range(3)]
    acts.snooze_item(actor=place, item_id=items[0].id, until=timezone.now() + timedelta(hours=1))
    assert client.get("/fr/o/bakery/team").content.decode().count("2 demandes en attente") == 2
    Item.objects.bulk_create(
        Item(organization=bakery, kind="message", urgency_told="low", call_count=1, opened_at=timezone.now(),
             last_call_at=timezone.now(), weight=number)
        for number in range(120)
    )  # fmt: skip
    assert "99+" in client.get(URL).content.decode()


class TestNews:
    def news(self, client, mark, **query):
        return client.get(f"{URL}/news", {"seen": mark, **query}, headers=HX)

    def test_nothing_new_is_204_at_one_query_beyond_the_guards(self, as_user, viewer, bakery):
        ask(bakery)
        Item.objects.update(changed_at=timezone.now() - timedelta(minutes=1))
        client = as_user(viewer)
        mark = client.get(URL).context["mark"]
        with CaptureQueriesContext(connection) as queries:
            assert self.news(client, mark).status_code == 204
        assert sum("desk_" in query["sql"] for query in queries) == 1

    def test_new_item_comes_with_the_list_and_its_filters(self, as_user, viewer, bakery):
        client = as_user(viewer)
        mark = client.get(URL).context["mark"]
        ask(bakery)
        assert "Une charlotte" in self.news(client, mark).content.decode()
        assert "Une charlotte" not in self.news(client, mark, kind="complaint").content.decode()

    def test_figure_in_the_navigation_comes_with_the_list(self, as_user, viewer, bakery):
        client = as_user(viewer)
        page = client.get(URL)
        assert page.content.decode().count('<span class="desk-count">') == 2
        ask(bakery)
        found = self.news(client, page.context["mark"]).content.decode()
        assert 'hx-swap-oob="outerHTML:.desk-count"' in found
        assert "1 demande en attente" in found

    def test_item_that_comes_back_by_itself_is_news(self, as_user, viewer, bakery):
        item = item_of(ask(bakery))
        past = timezone.now() - timedelta(minutes=1)
        Item.objects.update(
            changed_at=past, snoozed_at=past, snoozed_until=timezone.now() - timedelta(seconds=1)
        )
        assert self.news(as_user(viewer), (past + timedelta(seconds=5)).isoformat()).status_code == 200
        assert str(item.id) in as_user(viewer).get(URL).content.decode()

    def test_another_organisations_item_is_no_news_and_a_wrong_mark_is(self, as_user, viewer, bakery):
        client = as_user(viewer)
        mark = client.get(URL).context["mark"]
        ask(CallFactory().organization)
        assert self.news(client, mark).status_code == 204
        assert {self.news(client, wrong).status_code for wrong in ("", "x", "2026-99-99T00:00:00Z")} == {200}
        assert client.get(f"{URL}/news").url == URL
