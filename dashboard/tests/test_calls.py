"""The dashboard of an organisation with calls, and the report of a month."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.tests.helpers import text_of
from assistants.models import Line
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import AssistantFactory
from calls.demo.services import add_demo_calls
from calls.statistics.services import rebuild
from calls.tests.factories import CallFactory, CostPartFactory
from connections.enums import ConnectionState, NumberState
from connections.models import TwilioConnection, VapiConnection
from connections.tests.factories import TwilioConnectionFactory, VapiConnectionFactory
from organizations.models import Organization

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def open_line(bakery):
    """Both accounts are connected, and the assistant Léa answers."""
    VapiConnectionFactory(organization=bakery)
    TwilioConnectionFactory(organization=bakery, number_state=NumberState.IN_STEP, vapi_number_id="n1")
    assistant = AssistantFactory(
        organization=bakery, name="Léa", answers_calls=True, sync_state=SyncState.IN_STEP, vapi_id="a1"
    )
    Line.objects.create(organization=bakery, sync_state=SyncState.IN_STEP)
    return assistant


def make_call(bakery: Organization, moment: datetime, **fields):
    return CallFactory(organization=bakery, created_at=moment, **fields)


def figures_of(page: str) -> dict[str, str]:
    """The figures of the strip by their labels."""
    found = re.findall(
        r'<h2 class="stat__label">(.*?)</h2>.*?<p class="stat__figure">\s*<bdi dir="ltr">(.*?)</bdi>',
        page,
        re.DOTALL,
    )
    return dict(found)


def titles_of(page: str) -> list[str]:
    return re.findall(r"<title>(.*?)</title>", page)[1:]


@pytest.fixture
def calls(bakery):
    """Today two answered calls and a missed one, yesterday a test call, and one answered eight days ago."""
    now = timezone.now()
    for seconds in (60, 120):
        call = make_call(bakery, now - timedelta(seconds=1), started_at=now, ended_at=now, seconds=seconds)
        CostPartFactory(call=call, amount=Decimal("0.25"))
        CostPartFactory(
            call=call, provider="twilio", part="parent_leg", amount=Decimal("0.1"), currency="EUR"
        )
    missed = "call.ringing.sip-inbound-caller-hungup-before-call-connect"
    make_call(bakery, now, started_at=None, ended_at=now, seconds=0, ended_reason=missed)
    test = make_call(bakery, now - timedelta(days=1), is_test=True)
    CostPartFactory(call=test, amount=Decimal("9.99"))
    before = make_call(bakery, now - timedelta(days=8))
    CostPartFactory(call=before, amount=Decimal("0.25"))


def test_figures_are_those_of_the_period_against_the_one_before(as_user, viewer, calls):
    page = text_of(as_user(viewer).get("/en/o/bakery?period=7"))
    assert figures_of(page) == {"Calls": "3", "Answered": "67", "Mean length": "1:30", "Cost": "$0.50"}
    assert "+200%" in page  # three calls after one
    assert "+100%" in page  # 0.50 $ after 0.25 $
    assert '<bdi dir="ltr">0.20' not in page
    assert "€0.20" in page  # euros stand for themselves
    assert "2 calls of 3" in page
    assert "4 in all" in page


def test_longer_period_holds_more_and_is_marked_in_the_switch(as_user, viewer, calls):
    page = text_of(as_user(viewer).get("/en/o/bakery"))
    assert figures_of(page)["Calls"] == "4"
    assert re.search(r'period=30"\s+aria-current="true"', page)
    assert figures_of(text_of(as_user(viewer).get("/en/o/bakery?period=nonsense")))["Calls"] == "4"


def test_days_are_those_of_the_organization(as_user, viewer, bakery):
    """At 23:30 in London it is half past midnight in Paris."""
    make_call(bakery, datetime(2026, 6, 30, 22, 30, tzinfo=ZoneInfo("UTC")))
    for zone, calls in (("Europe/Paris", "1"), ("Europe/London", "0")):
        Organization.objects.update(timezone=zone)
        page = text_of(as_user(viewer).get("/en/o/bakery?period=2026-07"))
        assert figures_of(page)["Calls"] == calls, zone


def test_charts_name_each_day_in_a_tooltip_and_in_a_table(as_user, viewer, calls):
    page = text_of(as_user(viewer).get("/fr/o/bakery?period=7"))
    titles = titles_of(page)
    assert len([title for title in titles if "appel" in title]) == 7
    assert any("3 appels, 1 sans réponse" in title for title in titles)
    assert page.count("<caption>Appels par jour</caption>") == 1
    assert page.count("<caption>Coût par jour</caption>") == 2  # dollars and euros are never added


def test_days_run_from_right_to_left_in_hebrew(as_user, viewer, calls):
    def first_place(locale: str) -> float:
        page = text_of(as_user(viewer).get(f"/{locale}/o/bakery?period=7"))
        return float(re.findall(r'class="chart__hit" x="([\d.]+)%"', page)[0])

    assert first_place("fr") == 0
    assert first_place("he") > 80


def test_endings_lead_to_the_calls_that_they_count(as_user, viewer, calls):
    client = as_user(viewer)
    page = text_of(client.get("/en/o/bakery?period=7"))
    address = re.search(r'href="(/en/o/bakery/calls\?ending=missed[^"]*)"', page)
    assert address
    rows = text_of(client.get(address[1].replace("&amp;", "&")))
    assert len(re.findall(r'<tr id="call-', rows)) == 1


def test_newest_calls_stand_with_those_that_run_and_without_tests(as_user, viewer, bakery, calls):
    make_call(bakery, timezone.now() + timedelta(seconds=1), running=True, customer_number="+33639989999")
    page = text_of(as_user(viewer).get("/en/o/bakery"))
    assert len(re.findall(r'<li id="call-', page)) == 5
    assert "In progress" in page
    assert "+33 6 39 98 99 99" in page


def test_open_page_learns_of_a_change_and_of_nothing_else(as_user, viewer, bakery, calls, outsider):
    client = as_user(viewer)
    page = text_of(client.get("/en/o/bakery?period=7"))
    address = re.findall(r'hx-get="([^"]+/news[^"]+)"', page)[0].replace("&amp;", "&")
    later = (timezone.now() + timedelta(minutes=1)).isoformat().replace("+", "%2B")
    assert client.get(f"/en/o/bakery/news?seen={later}", headers={"HX-Request": "true"}).status_code == 204
    make_call(bakery, timezone.now())
    rebuild(bakery.pk)
    fragment = client.get(address, headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert figures_of(text_of(fragment))["Calls"] == "4"
    assert "<html" not in text_of(fragment)
    assert client.get("/en/o/bakery/news").url == "/en/o/bakery"
    assert as_user(outsider).get(address, headers={"HX-Request": "true"}).status_code == 404


def test_what_needs_attention_is_told_with_the_way_to_it(as_user, owner, viewer, bakery, calls, open_line):
    assert "there is nothing to repair" in text_of(as_user(owner).get("/en/o/bakery"))
    TwilioConnection.objects.update(
        state=ConnectionState.FAILING, problem="twilio_login", failing_since=timezone.now()
    )
    AssistantFactory(
        organization=bakery,
        name="Hugo",
        sync_state=SyncState.OUT_OF_STEP,
        sync_problem="changed",
        vapi_id="h",
    )
    hour = timezone.now() - timedelta(hours=1)
    late = make_call(bakery, hour, report_version="")
    make_call(
        bakery, hour, report_version="", started_at=None, ended_at=hour
    )  # never answered: none is to come
    make_call(bakery, hour - timedelta(days=30), report_version="")  # given up
    page = (
        text_of(as_user(owner).get("/en/o/bakery")).partition('id="attention"')[2].partition("</section>")[0]
    )
    assert "1 call without a report" in page
    assert f"/en/o/bakery/calls/{late.pk}" in page
    assert "Hugo" in page
    assert 'href="/en/o/bakery/connections"' in page
    of_viewer = text_of(as_user(viewer).get("/en/o/bakery"))
    assert 'href="/en/o/bakery/connections"' not in of_viewer


def test_open_line_without_a_call_leads_to_the_first_one(as_user, owner, bakery, open_line):
    page = text_of(as_user(owner).get("/en/o/bakery"))
    assert "Your line is listening" in page
    assert 'data-copy="+33 9 39 03 55 01"' in page
    VapiConnection.objects.update(region="sandbox")
    TwilioConnection.objects.update(endpoint="sandbox")
    page = text_of(as_user(owner).get("/en/o/bakery"))
    assert 'class="button button--primary" href="/en/sandbox"' in page


def test_next_steps_stay_while_a_connection_is_missing(as_user, owner, calls, bakery):
    assert "To get started" in text_of(as_user(owner).get("/en/o/bakery"))
    VapiConnectionFactory(organization=bakery)
    TwilioConnectionFactory(organization=bakery)
    AssistantFactory(organization=bakery)
    assert "To get started" not in text_of(as_user(owner).get("/en/o/bakery"))


def test_report_lists_the_days_of_a_month_and_their_sum(as_user, viewer, bakery):
    for day, seconds in ((3, 60), (3, 120), (28, 30)):
        call = make_call(bakery, datetime(2026, 2, day, 9, tzinfo=PARIS), seconds=seconds)
        CostPartFactory(call=call, amount=Decimal("0.5"))
    make_call(bakery, datetime(2026, 3, 1, 0, 0, tzinfo=PARIS))
    page = text_of(as_user(viewer).get("/fr/o/bakery/report/2026-02"))
    assert "Février 2026" in page
    body = page[page.index("report__days") :]
    days = re.findall(r'<th scope="row">(.*?)</th>', body)
    assert days == ["mar. 3 févr.", "sam. 28 févr.", "Total"]
    assert "1,50\u00a0$" in body
    assert "Vapi (USD)" in body
    assert 'href="/fr/o/bakery/report/2026-01"' in page
    assert 'href="/fr/o/bakery/report/2026-03"' in page


@pytest.mark.parametrize("month", ["2999-01", "2026-13", "2026", "x", "1999-12"])
def test_month_that_is_none_has_no_report(as_user, viewer, month):
    assert as_user(viewer).get(f"/fr/o/bakery/report/{month}").status_code == 404


def test_current_month_leads_no_further(as_user, viewer, bakery):
    page = text_of(as_user(viewer).get(f"/fr/o/bakery/report/{timezone.localtime(timezone=PARIS):%Y-%m}"))
    assert "Mois suivant" not in page


@pytest.mark.parametrize("locale", ["fr", "en", "he"])
def test_page_of_invented_calls_is_whole_in_every_language(as_user, viewer, bakery, locale):
    add_demo_calls(bakery, count=120, days=100, seed=2)
    client = as_user(viewer)
    for period in ("7", "30", "90", "2026-11"):
        page = text_of(client.get(f"/{locale}/o/bakery?period={period}"))
        assert len(figures_of(page)) == 4
        assert all(figures_of(page).values())
