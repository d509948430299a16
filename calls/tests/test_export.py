"""The list of calls as a CSV file."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from assistants.tests.factories import AssistantFactory
from calls.enums import Kind
from calls.history import export
from calls.history.export import defuse
from calls.tests.factories import CallFactory, CostPartFactory
from core.models import AuditEvent
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db

URL = "/en/o/bakery/calls.csv"


def rows_of(response, delimiter=",") -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@pytest.fixture
def client(as_user, member):
    return as_user(member)


def test_file_holds_every_column(client, bakery):
    lea = AssistantFactory(organization=bakery, name="Léa")
    call = CallFactory(
        organization=bakery,
        assistant=lea,
        created_at=datetime(2026, 7, 1, 22, 30, 15, tzinfo=UTC),
        seconds=94,
        subject="Une charlotte ; deux pains, « vite »\nmerci",
    )
    CostPartFactory(call=call, amount=Decimal("0.25"))
    CostPartFactory(call=call, part="llm", amount=Decimal("0.000001"))
    CostPartFactory(call=call, provider="twilio", part="parent_leg", amount=Decimal("0.0085"), currency="EUR")
    head, row = rows_of(client.get(URL))
    assert dict(zip(head, row, strict=True)) == {
        "Time (ISO 8601, UTC)": "2026-07-01T22:30:15Z",
        "Date": "2026-07-02",
        "Time": "00:30:15",
        "Direction": "Incoming",
        "Number": "'+33639981234",
        "Name": "",
        "Our number": "'+33939035501",
        "Assistant": "Léa",
        "Seconds": "94",
        "Subject": "Une charlotte ; deux pains, « vite »\nmerci",
        "How it ended": "Hung up",
        "The provider’s reason": "customer-ended-call",
        "Cost at Vapi": "0.250001",
        "Currency at Vapi": "USD",
        "Cost at Twilio": "0.008500",
        "Currency at Twilio": "EUR",
        "Twilio’s cost is estimated": "",
        "Test call": "",
    }


def test_french_file_suits_a_french_spreadsheet(client, bakery):
    call = CallFactory(organization=bakery, created_at=datetime(2026, 7, 1, 8, tzinfo=UTC))
    CostPartFactory(call=call, amount=Decimal("0.25"))
    head, row = rows_of(client.get("/fr/o/bakery/calls.csv"), ";")
    found = dict(zip(head, row, strict=True))
    assert (found["Date"], found["Coût chez Vapi"], found["Issue"]) == ("01/07/2026", "0,250000", "Raccroché")


@pytest.mark.parametrize(
    ("zone", "moment", "day", "clock"),
    [
        ("Europe/Paris", "2026-03-29T00:59:59", "2026-03-29", "01:59:59"),
        ("Europe/Paris", "2026-03-29T01:00:00", "2026-03-29", "03:00:00"),
        ("Europe/Paris", "2026-10-24T22:00:00", "2026-10-25", "00:00:00"),
        ("Europe/Paris", "2026-10-25T00:30:00", "2026-10-25", "02:30:00"),  # twice that night
        ("Europe/Paris", "2026-10-25T01:30:00", "2026-10-25", "02:30:00"),
        ("Asia/Jerusalem", "2026-03-26T23:59:59", "2026-03-27", "01:59:59"),
        ("Asia/Jerusalem", "2026-03-27T00:00:00", "2026-03-27", "03:00:00"),
        ("Asia/Jerusalem", "2026-10-24T22:30:00", "2026-10-25", "01:30:00"),
        ("Asia/Jerusalem", "2026-10-24T23:30:00", "2026-10-25", "01:30:00"),
    ],
)
def test_local_time_is_right_when_the_clocks_change(client, bakery, zone, moment, day, clock):
    bakery.timezone = zone
    bakery.save()
    CallFactory(organization=bakery, created_at=datetime.fromisoformat(moment).replace(tzinfo=UTC))
    query = {"period": "dates", "since": day, "until": day}
    _head, row = rows_of(client.get(URL, query))
    assert row[:3] == [f"{moment}Z", day, clock]


def test_file_begins_with_a_byte_order_mark_and_is_not_cached(client, bakery):
    response = client.get(URL)
    assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbf")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Disposition"].startswith('attachment; filename="bakery-calls-')


def test_file_keeps_to_the_filters_and_the_organization(client, bakery):
    CallFactory(organization=bakery, kind=Kind.OUTBOUND, subject="out")
    CallFactory(organization=bakery, subject="in")
    CallFactory(organization=bakery, subject="test", is_test=True)
    CallFactory(organization=OrganizationFactory(), kind=Kind.OUTBOUND, subject="theirs")
    _head, *rows = rows_of(client.get(URL, {"direction": "outbound"}))
    assert [row[9] for row in rows] == ["out"]
    assert len(rows_of(client.get(URL))) == 3


@pytest.mark.parametrize(
    "words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "\u202e=1"]
)
def test_formulas_are_defused(words):
    assert defuse(words).startswith("'")


def test_no_cell_is_a_formula_or_turns_the_text(client, bakery):
    lea = AssistantFactory(organization=bakery, name="=cmd|' /C calc'!A0")
    CallFactory(
        organization=bakery, assistant=lea, subject="=1+1\u202e", ended_reason="@x", customer_number="+336"
    )
    _head, row = rows_of(client.get(URL))
    assert not [cell for cell in row if cell.startswith(export.FORMULA_STARTS)]
    assert "\u202e" not in "".join(row)


def test_every_call_is_written_once_over_several_chunks(client, bakery, monkeypatch):
    monkeypatch.setattr(export, "CHUNK", 4)
    moment = timezone.now()
    for number in range(12):
        # Three at a time have one moment: the id decides.
        CallFactory(
            organization=bakery, created_at=moment - timedelta(minutes=number // 3), subject=f"call {number}"
        )
    _head, *rows = rows_of(client.get(URL))
    assert sorted(row[9] for row in rows) == sorted(f"call {number}" for number in range(12))
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)


def test_file_is_read_while_it_is_sent(client, bakery, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(export, "CHUNK", 2)
    CallFactory.create_batch(6, organization=bakery)
    response = client.get(URL)
    parts = iter(response.streaming_content)
    next(parts)  # the head
    with django_assert_num_queries(3):  # two calls, their names, and their costs
        next(parts)


def test_export_is_in_the_audit(client, bakery, member):
    b"".join(client.get(URL).streaming_content)
    event = AuditEvent.objects.get(action="calls.exported")
    assert (event.actor_id, event.organization_id) == (member.id, bakery.id)


def test_viewer_may_not_export_and_sees_no_button(as_user, viewer, bakery):
    CallFactory(organization=bakery)
    client = as_user(viewer)
    assert client.get(URL).status_code == 403
    assert "calls.csv" not in client.get("/en/o/bakery/calls").content.decode()


def test_button_carries_the_filters(client, bakery):
    CallFactory(organization=bakery)
    assert (
        "/en/o/bakery/calls.csv?direction=inbound"
        in client.get("/en/o/bakery/calls", {"direction": "inbound"}).content.decode()
    )
