"""The history in a real browser: calls come in by themselves, and what is being read stays where it is."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assistants.services import create_assistant
from assistants.tests.factories import connect_to_vapi, data_of
from calls.enums import Status
from calls.models import Call
from calls.tests.factories import CallFactory, CostPartFactory, call_with
from core.tests.browser import axe_violations, bound, press, visit
from sandbox.calls.services import place_call
from sandbox.models import Assistant as RemoteAssistant
from sandbox.models import Call as RemoteCall

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
BOTH = pytest.mark.parametrize("locale", ["fr", "he"])


@BOTH
def test_call_arrives_runs_and_ends_on_an_open_page(new_browser, site, bakery, owner, locale):
    page = new_browser(owner, viewport=PHONE)
    visit(page, f"/{locale}/o/bakery/calls")
    expect(page.locator(".empty")).to_be_visible()
    call = CallFactory(organization=bakery, running=True)
    expect(page.locator("tr.is-live")).to_have_count(1)
    assert axe_violations(page) == []

    press(page.locator(".table__link"))
    expect(page.locator("#call")).to_have_attribute("data-poll", "")
    call_with([], organization=bakery)  # another call changes nothing here
    now = timezone.now()
    Call.objects.filter(pk=call.pk).update(
        status=Status.ENDED, ended_at=now, seconds=9, ended_reason="customer-ended-call", report_version="1",
        changed_at=now, subject="Du pain",
    )  # fmt: skip
    CostPartFactory(call=call)
    expect(page.locator("q")).to_contain_text("Du pain")
    expect(page.locator("#call[data-poll]")).to_have_count(0)
    assert axe_violations(page) == []


def test_row_that_is_read_stays_where_it_is(new_browser, site, bakery, owner):
    for minutes in range(24):
        CallFactory(organization=bakery, created_at=timezone.now() - timedelta(days=1, minutes=minutes))
    page = new_browser(owner)
    visit(page, "/fr/o/bakery/calls")
    read = page.locator("[data-row]").nth(14)
    read.evaluate("row => window.scrollTo({ top: row.offsetTop, behavior: 'instant' })")
    mark, top = read.get_attribute("id"), read.bounding_box()["y"]
    newest = CallFactory(organization=bakery, running=True)
    expect(page.locator(f"#call-{newest.id}")).to_have_count(1)
    assert abs(page.locator(f"#{mark}").bounding_box()["y"] - top) <= 2


def test_hidden_tab_asks_nothing(new_browser, site, bakery, owner):
    page = new_browser(owner)
    visit(page, "/fr/o/bakery/calls")
    hide = "hidden => Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true })"
    page.evaluate(hide, True)
    # The next time the list would ask: the request is refused before it is sent.
    is_refused = (
        "new Promise((done) => addEventListener('htmx:beforeRequest', (sent) => done(sent.defaultPrevented)))"
    )
    assert page.evaluate(is_refused)
    CallFactory(organization=bakery, running=True)
    assert page.evaluate(is_refused)
    page.evaluate(hide, False)
    expect(page.locator("tr.is-live")).to_have_count(1)


def test_filters_go_through_the_address_and_back(new_browser, site, bakery, owner):
    CallFactory(organization=bakery, kind="outbound")
    CallFactory(organization=bakery)
    page = new_browser(owner)
    visit(page, "/fr/o/bakery/calls")
    expect(page.locator("[data-row]")).to_have_count(2)
    page.select_option("select[name=direction]", "outbound")
    press(page.locator(".filters button"))
    expect(page).to_have_url(re.compile("direction=outbound"))
    expect(page.locator("[data-row]")).to_have_count(1)
    page.go_back()
    bound(page)
    expect(page.locator("[data-row]")).to_have_count(2)
    assert page.locator("input[name=since]").is_hidden()
    page.select_option("select[name=period]", "dates")
    assert page.locator("input[name=since]").is_visible()


def test_link_leads_to_a_turn(new_browser, site, bakery, owner):
    call = call_with([("caller", f"Phrase {number}") for number in range(40)], organization=bakery)
    page = new_browser(owner)
    visit(page, f"/fr/o/bakery/calls/{call.id}#t30")
    expect(page.locator("#t30")).to_be_in_viewport()


def test_note_that_is_typed_outlives_news_of_the_call(new_browser, site, bakery, owner):
    call = CallFactory(organization=bakery, running=True)
    page = new_browser(owner, viewport=PHONE)
    visit(page, f"/he/o/bakery/calls/{call.id}")
    page.fill("textarea[name=text]", "להתקשר בחזרה")
    Call.objects.filter(pk=call.pk).update(
        changed_at=timezone.now(), subject="Du pain", status=Status.FORWARDING
    )
    expect(page.locator("#call h2").first).to_contain_text("מועברת")
    expect(page.locator("textarea[name=text]")).to_have_value("להתקשר בחזרה")
    press(page.locator("#notes .stack button[type=submit]"))
    expect(page.locator(".notes__text")).to_contain_text("להתקשר בחזרה")
    assert axe_violations(page) == []


def test_sandbox_call_appears_on_an_open_page(new_browser, site, bakery, owner, run_tasks):
    """From the sandbox over its webhook to the page, which asks every two seconds."""
    connect_to_vapi(bakery)
    create_assistant(actor=owner.memberships.select_related("organization").get(), data=data_of())
    run_tasks()
    page = new_browser(owner)
    visit(page, "/fr/o/bakery/calls")
    expect(page.locator("#calls")).to_have_attribute("hx-trigger", "every 2s")
    place_call(
        assistant=RemoteAssistant.objects.get(),
        kind=RemoteCall.Kind.INBOUND,
        customer={"number": "+33639981234"},
        is_over=True,
    )
    run_tasks()  # deliver its messages
    run_tasks()  # process them
    expect(page.locator("[data-row]")).to_contain_text("+33 6 39 98 12 34")
