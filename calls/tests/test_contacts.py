"""Names of numbers, their pages, and what is known of a caller as a file."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tests.helpers import text_of
from calls.contacts import export, selectors
from calls.contacts.selectors import names_for
from calls.models import CallNote, Contact
from calls.summaries.models import CallSummary
from calls.tests.factories import CallFactory, CostPartFactory, SummaryFactory, TurnFactory, call_with
from core.models import AuditEvent
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db

NUMBER = "+33639981234"
HOSTILE = "<b>=cmd|' /C calc'!A0</b>"


@pytest.fixture
def client(as_user, member):
    return as_user(member)


@pytest.fixture
def marie(bakery):
    return Contact.objects.create(organization=bakery, number=NUMBER, name="Marie Dupont")


def rename(client, key, name, language="fr"):
    return client.post(f"/{language}/o/bakery/contacts/{key}/name", {"name": name})


def test_name_is_given_changed_and_taken_off(client, bakery, member):
    call = CallFactory(organization=bakery)
    call_url = f"/fr/o/bakery/calls/{call.id}"
    assert rename(client, call.id, "  Marie   Dupont ").url == call_url
    contact = Contact.objects.get()
    assert (contact.organization, contact.number, contact.name) == (bakery, NUMBER, "Marie Dupont")
    assert rename(client, contact.id, "Marie").url == f"/fr/o/bakery/contacts/{contact.id}"
    assert rename(client, contact.id, "Marie").status_code == 302
    assert rename(client, contact.id, "").url == "/fr/o/bakery/contacts"
    assert not Contact.objects.exists()
    events = AuditEvent.objects.filter(action__startswith="calls.contact").order_by("at")
    assert [each.action for each in events] == ["calls.contact_named"] * 2 + ["calls.contact_unnamed"]
    assert {each.actor_id for each in events} == {member.id}
    assert not any("Marie" in str(each.__dict__) or NUMBER in str(each.__dict__) for each in events)


@pytest.mark.parametrize("language", ["fr", "en", "he"])
@pytest.mark.parametrize("name", ["a" * 81, "Marie \u202eDupont", "evil.example/x", "\u200b"])
def test_name_that_is_refused_stays_in_its_field(client, bakery, language, name):
    call = CallFactory(organization=bakery)
    response = rename(client, call.id, name, language)
    assert response.status_code == 422
    assert response.context["form"].errors
    assert name[-5:] in response.content.decode()
    assert not Contact.objects.exists()


def test_name_stands_wherever_the_number_stood(client, bakery, marie):
    call, other = CallFactory.create_batch(2, organization=bakery)
    assert "Marie Dupont" in text_of(client.get("/fr/o/bakery/calls"))
    page = text_of(client.get(f"/fr/o/bakery/calls/{call.id}"))
    assert "Autres appels avec <bdi>Marie Dupont</bdi>" in page
    assert "+33 6 39 98 12 34" in page
    state = client.get(f"/fr/o/bakery/calls/{other.id}/state?seen=x", headers={"HX-Request": "true"})
    assert "Marie Dupont" in state.content.decode()
    file = b"".join(client.get("/en/o/bakery/calls.csv").streaming_content).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(file, newline=""))
    assert {row[head.index("Name")] for row in rows} == {"Marie Dupont"}


def test_row_without_a_name_offers_one_to_those_who_may(as_user, member, viewer, bakery):
    call = CallFactory(organization=bakery)
    path = f"/fr/o/bakery/contacts/{call.id}/name"
    assert path in as_user(member).get("/fr/o/bakery/calls").content.decode()
    assert path not in as_user(viewer).get("/fr/o/bakery/calls").content.decode()
    assert rename(as_user(viewer), call.id, "Marie").status_code == 403


@pytest.mark.parametrize(("words", "found"), [("dupont", 2), ("Charlotte", 1), ("MARIE", 2), ("Durand", 0)])
def test_search_finds_names_and_words(client, bakery, marie, words, found):
    for _each in range(2):
        CallFactory(organization=bakery)
    call_with([("caller", "Une charlotte")], organization=bakery, customer_number="+33612345678")
    Contact.objects.create(organization=OrganizationFactory(), number=NUMBER, name="Durand")
    days = client.get("/fr/o/bakery/calls", {"q": words}).context["days"]
    assert sum(len(day.rows) for day in days) == found


def test_two_organisations_name_one_number_each(bakery, marie):
    florist = OrganizationFactory()
    Contact.objects.create(organization=florist, number=NUMBER, name="Mme D.")
    assert names_for(bakery, [NUMBER, "", "+1"]) == {NUMBER: "Marie Dupont"}
    assert names_for(florist, [NUMBER]) == {NUMBER: "Mme D."}


def test_hostile_name_is_text_everywhere(client, bakery):
    Contact.objects.create(organization=bakery, number=NUMBER, name=HOSTILE)
    call = CallFactory(organization=bakery)
    for path in ("calls", f"calls/{call.id}", "contacts", f"contacts/{call.id}", f"contacts/{call.id}/name"):
        page = client.get(f"/fr/o/bakery/{path}").content.decode()
        assert "<b>" not in page
    Contact.objects.update(name="=1+1")
    file = b"".join(client.get("/en/o/bakery/calls.csv").streaming_content).decode("utf-8-sig")
    assert ",'=1+1," in file


class TestList:
    def test_contacts_come_by_name_with_their_calls(
        self, client, bakery, marie, django_assert_max_num_queries
    ):
        for name in ("Zoé", "Anna"):
            Contact.objects.create(organization=bakery, number=f"+3361234567{len(name)}", name=name)
        Contact.objects.create(organization=OrganizationFactory(), number=NUMBER, name="Ailleurs")
        newest = CallFactory.create_batch(3, organization=bakery)[-1]
        with django_assert_max_num_queries(12):
            rows = client.get("/fr/o/bakery/contacts").context["rows"]
        assert [(row.contact.name, row.count) for row in rows] == [
            ("Anna", 0),
            ("Marie Dupont", 3),
            ("Zoé", 0),
        ]
        assert rows[1].last_at == newest.created_at

    @pytest.mark.parametrize("words", ["dup", "39 98 12", "0639981234"])
    def test_search_takes_a_part_of_the_name_or_number(self, client, bakery, marie, words):
        Contact.objects.create(organization=bakery, number="+33612345678", name="Anna")
        rows = client.get("/fr/o/bakery/contacts", {"q": words}).context["rows"]
        assert [row.contact for row in rows] == [marie]
        assert "Aucun contact" in text_of(client.get("/fr/o/bakery/contacts", {"q": "nobody"}))

    def test_each_contact_stands_on_one_page(self, client, bakery, monkeypatch):
        monkeypatch.setattr(selectors, "PAGE_SIZE", 2)
        for number in range(5):
            name = f"Anna {number // 2}"  # names that come twice
            Contact.objects.create(organization=bakery, number=f"+336123456{number:02}", name=name)
        seen, query = [], ""
        while True:
            context = client.get(f"/fr/o/bakery/contacts?{query}").context
            seen += [row.contact.number for row in context["rows"]]
            query = context["older"]
            if not query:
                break
        assert len(seen) == len(set(seen)) == 5


class TestCallerPage:
    def test_it_opens_by_a_call_or_by_the_contact(self, client, bakery, marie):
        call = CallFactory(organization=bakery, subject="Une charlotte")
        for key in (call.id, marie.id):
            page = text_of(client.get(f"/fr/o/bakery/contacts/{key}"))
            assert "Marie Dupont" in page
            assert "Une charlotte" in page

    def test_withheld_number_and_another_organisation_are_404(self, client, bakery):
        theirs = CallFactory(organization=OrganizationFactory())
        contact = Contact.objects.create(organization=theirs.organization, number=NUMBER, name="X")
        withheld = CallFactory(organization=bakery, customer_number="")
        for key in (theirs.id, contact.id, withheld.id):
            for rest in ("", "/name", "/export"):
                assert client.get(f"/fr/o/bakery/contacts/{key}{rest}").status_code == 404

    def test_it_asks_the_database_twelve_times_at_most(self, client, bakery, marie):
        for call in CallFactory.create_batch(8, organization=bakery):
            TurnFactory(call=call)
        client.get(f"/fr/o/bakery/contacts/{marie.id}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/fr/o/bakery/contacts/{marie.id}")
        assert len(queries) <= 12


class TestExport:
    def exported(self, client, key):
        response = client.get(f"/en/o/bakery/contacts/{key}/export")
        assert response.headers["Content-Disposition"].startswith('attachment; filename="bakery-caller-')
        assert NUMBER not in response.headers["Content-Disposition"]
        return json.loads(b"".join(response.streaming_content))

    def test_it_holds_all_that_is_kept_and_nothing_of_others(
        self, client, bakery, marie, monkeypatch, member
    ):
        monkeypatch.setattr(export, "CHUNK", 2)
        moment = timezone.now()
        for minutes in range(5):
            call = call_with(
                [("caller", HOSTILE), ("assistant", "שלום")],
                organization=bakery,
                created_at=moment - timedelta(minutes=minutes // 2),
            )
        CostPartFactory(call=call, amount=Decimal("0.25"))
        CallNote.objects.create(call=call, author_name="Léa", text="À rappeler")
        SummaryFactory(call=call, wishes=HOSTILE)
        CallFactory(organization=bakery, customer_number="+33612345678")
        CallFactory(organization=OrganizationFactory())
        found = self.exported(client, marie.id)
        assert (found["number"], found["name"], len(found["calls"])) == (NUMBER, "Marie Dupont", 5)
        whole = next(each for each in found["calls"] if each["id"] == str(call.id))
        assert [turn["text"] for turn in whole["turns"]] == [HOSTILE, "שלום"]
        assert [note["text"] for note in whole["notes"]] == ["À rappeler"]
        assert [Decimal(cost["amount"]) for cost in whole["costs"]] == [Decimal("0.25")]
        told = {field.name for field in CallSummary._meta.fields} - {"call", "version"}
        assert whole["summary"].keys() == told
        assert whole["summary"]["wishes"] == HOSTILE
        assert sum(each["summary"] is None for each in found["calls"]) == 4
        assert AuditEvent.objects.get(action="calls.caller_exported").actor_id == member.id

    def test_contact_without_calls_has_a_file_too(self, client, bakery, marie):
        assert self.exported(client, marie.id)["calls"] == []

    def test_viewer_may_not_take_it(self, as_user, viewer, bakery, marie):
        client = as_user(viewer)
        assert client.get(f"/en/o/bakery/contacts/{marie.id}/export").status_code == 403
        assert "/export" not in client.get(f"/en/o/bakery/contacts/{marie.id}").content.decode()
