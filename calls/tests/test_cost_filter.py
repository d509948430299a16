"""The history's filter by what a call costs at least, in one currency."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calls.costs.services import refresh_costs
from calls.history.filters import CallFilters
from calls.models import Call
from calls.tests.factories import CallFactory, CostPartFactory
from calls.tests.test_history import shown
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db

URL = "/fr/o/bakery/calls"


def costing(organization, vapi_id: str, **amounts: str) -> Call:
    """A call with a total in each currency, in parts."""
    call = CallFactory(organization=organization, vapi_id=vapi_id)
    for currency, amount in amounts.items():
        part = Decimal(amount) / 4
        CostPartFactory(call=call, amount=part, currency=currency)
        CostPartFactory(
            call=call, provider="twilio", part="parent_leg", amount=Decimal(amount) - part, currency=currency
        )
    refresh_costs(call)
    return call


@pytest.fixture
def client(as_user, viewer):
    return as_user(viewer)


def test_total_counts_and_not_its_parts(client, bakery):
    costing(bakery, "cheap", USD="0.19")
    costing(bakery, "dear", USD="0.25")
    costing(bakery, "free")
    costing(OrganizationFactory(), "theirs", USD="9")
    for text in ("0.2", "0,20", " 0.25 "):
        assert shown(client.get(URL, {"cost_from": text})) == {"dear"}
    assert shown(client.get(URL, {"cost_from": "0.19"})) == {"cheap", "dear"}


@pytest.mark.parametrize("few", [0, 500])
def test_few_and_many_are_found_alike(client, bakery, monkeypatch, few):
    monkeypatch.setattr("calls.history.cost_filter.FEW", few)
    for number in range(30):
        costing(bakery, f"call-{number}", USD=f"0.{number:02}")
    first = client.get(URL, {"cost_from": "0.03"})
    later = client.get(f"{URL}?{first.context['older']}")
    assert len(shown(first)) == 25
    assert shown(first) | shown(later) == {f"call-{number}" for number in range(3, 30)}


def test_currency_is_asked_for_only_where_there_are_two(client, bakery):
    assert 'name="cost_from"' not in client.get(f"{URL}?q=xyz").content.decode()
    costing(bakery, "dollars", USD="0.25")
    page = client.get(URL).content.decode()
    assert "Coût min. (USD)" in page
    assert 'name="currency"' not in page
    costing(bakery, "both", USD="0.05", EUR="0.3")
    response = client.get(URL, {"cost_from": "0.2", "currency": "USD"})
    assert shown(response) == {"dollars"}
    assert '<option value="USD" selected>' in response.content.decode()
    assert shown(client.get(URL, {"cost_from": "0.2"})) == {"both"}  # the first one: euros
    assert shown(client.get(URL, {"cost_from": "0.2", "currency": "ILS"})) == set()


@pytest.mark.parametrize(
    "text", ["", "x", "-1", "0", "NaN", "1e9", "Infinity", "0.00000001", "1,2,3", "\u0661e400"]
)
def test_what_is_no_amount_does_not_narrow(client, bakery, text):
    costing(bakery, "call", USD="0.25")
    response = client.get(URL, {"cost_from": text, "currency": "USD"})
    assert (response.status_code, shown(response)) == (200, {"call"})


def test_address_holds_the_amount_in_one_form(client, bakery):
    filters = CallFilters.read({"cost_from": " 01,50 ", "currency": "usd"})
    assert filters.query == {"cost_from": "1.5"}
    costing(bakery, "cheap", USD="0.19")
    assert "cost_from=1.5" in client.get(URL, {"cost_from": "1,50"}).context["newest"]


def test_file_has_the_same_calls(as_user, owner, bakery):
    costing(bakery, "cheap", USD="0.19")
    costing(bakery, "dear", USD="0.25")
    lines = b"".join(as_user(owner).get(f"{URL}.csv?cost_from=0.2")).decode().splitlines()
    assert len(lines) == 2


def test_page_keeps_to_its_queries(client, bakery):
    for number in range(8):
        costing(bakery, f"call-{number}", USD="0.25", EUR="0.1")
    client.get(URL, {"cost_from": "0.2"})
    with CaptureQueriesContext(connection) as queries:
        client.get(URL, {"cost_from": "0.2"})
    assert len(queries) <= 12
