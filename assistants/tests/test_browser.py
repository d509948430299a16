"""Creating an assistant and chatting with it, in a real browser, with the sandbox behind the HTTP client."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Route, expect

from assistants.catalog.disclosure import SENTENCES
from assistants.models import Assistant
from assistants.services import create_assistant
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import AssistantFactory, connect_to_vapi, data_of
from assistants.tests.test_disclosure import DOES_NOT, SAYS_SO
from core.tests.browser import axe_violations, bound, press, session_cookie, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

BOTH = pytest.mark.parametrize("locale", ["fr", "he"])
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def voiced(bakery):
    """The bakery, with an account of its own at the sandbox's Vapi."""
    connect_to_vapi(bakery, key=f"{settings.SANDBOX_VAPI_KEY}-{bakery.id.hex[:12]}")
    return bakery


@BOTH
def test_assistant_is_made_gets_in_step_and_talks(new_browser, site, voiced, owner, run_tasks, locale):
    page = new_browser(owner, viewport=PHONE)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    visit(page, f"/{locale}/o/bakery/assistants")
    press(page.locator("main a[href$='/assistants/new']").first)
    page.locator("select[name=language]").select_option(locale)
    press(page.locator("button[value=restaurant]"))
    bound(page)
    expect(page.locator("textarea[name=prompt]")).to_have_value(re.compile("Boulangerie Martin"))
    voices = page.locator("select[name=voice] option")
    expect(voices).to_have_count(4)
    page.fill("input[name=name]", "Léa")
    press(page.locator("main form button.button--primary"))
    expect(page).to_have_url(re.compile(r"/assistants/[0-9a-f-]{36}$"))
    expect(page.locator("#standing")).to_have_attribute("hx-trigger", "every 2s")
    run_tasks()
    # The page reloads the state until it is final.
    expect(page.locator("#standing")).not_to_have_attribute("hx-trigger", "every 2s")
    assert Assistant.objects.get().sync_state == SyncState.IN_STEP
    assert axe_violations(page) == []

    press(page.locator(".page-head__actions a[href$='/preview']"))
    for number, said in enumerate(("Une table pour deux ?", "שלום, יש מקום מחר?"), start=1):
        page.locator("#chat input[name=text]").fill(said)
        page.locator("#chat .chat__form button").click()
        expect(page.locator("#chat .turn:not([data-pending]) .bubble")).to_have_count(1 + 2 * number)
        expect(page.locator("#chat input[name=text]")).to_have_value("")
    directions = page.locator("#chat .turn--caller .bubble").evaluate_all(
        "bubbles => bubbles.map((bubble) => getComputedStyle(bubble).direction)"
    )
    assert directions == ["ltr", "rtl"]
    assert axe_violations(page) == []
    assert complaints == []


def test_changed_form_asks_before_it_is_left(new_browser, site, voiced, owner):
    assistant = AssistantFactory(organization=voiced)
    page = new_browser(owner)
    visit(page, f"/fr/o/bakery/assistants/{assistant.id}/edit")
    expect(page.locator("select[name=voice] option")).to_have_count(4)
    page.fill("input[name=name]", "Changed")
    asked: list[str] = []

    def leave(dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.locator("a.back").click()
    expect(page).to_have_url(re.compile(f"/assistants/{assistant.id}$"))
    assert asked == ["beforeunload"]


@BOTH
def test_without_scripts_an_assistant_is_made_and_talked_to(
    new_browser, site, voiced, owner, run_tasks, locale
):
    page = new_browser(owner, java_script_enabled=False)
    page.goto(f"/{locale}/o/bakery/assistants/new")
    press(page.locator("button[value=medical]"))
    page.locator("select[name=persona]").select_option("lawyer")
    page.fill("input[name=name]", "Kept")
    press(page.locator("button[name=fill]"))
    expect(page.locator("input[name=name]")).to_have_value("Kept")
    expect(page.locator("textarea[name=prompt]")).to_have_value(re.compile("avocats"))
    press(page.locator("main form button.button--primary"))
    run_tasks()
    press(page.locator(".page-head__actions a[href$='/preview']"))
    page.locator("#chat input[name=text]").fill("Bonjour")
    press(page.locator("#chat .chat__form button"))
    expect(page.locator("#chat .bubble")).to_have_count(3)


def test_without_scripts_the_second_to_save_is_told_and_saves_deliberately(new_browser, site, voiced, owner):
    assistant = AssistantFactory(organization=voiced, name="Léa")
    page = new_browser(owner, java_script_enabled=False)
    page.goto(f"/he/o/bakery/assistants/{assistant.id}/edit")
    Assistant.objects.update(name="נועה", first_message="שלום")
    page.fill("input[name=name]", "Mine")
    press(page.locator("main form button.button--primary"))
    expect(page.locator(".conflict dd").first).to_have_text("נועה")
    press(page.locator(".conflict button"))
    assistant.refresh_from_db()
    assert (assistant.name, assistant.first_message) == ("Mine", "שלום")


def test_texts_that_outlived_the_session_do_not_pass_for_newer_ones(new_browser, site, voiced, owner):
    assistant = AssistantFactory(organization=voiced, name="Léa")
    path = f"/fr/o/bakery/assistants/{assistant.id}/edit"
    page = new_browser(owner)
    visit(page, path)
    page.fill("input[name=name]", "Mine")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    press(page.locator("main form button.button--primary"))
    expect(page.locator("input[name=email]")).to_be_visible()
    Assistant.objects.update(name="Meanwhile")
    page.context.add_cookies([session_cookie(owner, site)])
    visit(page, path)
    expect(page.locator("input[name=name]")).to_have_value("Mine")
    press(page.locator("main form button.button--primary"))
    expect(page.locator(".conflict dd").first).to_have_text("Meanwhile")
    assert Assistant.objects.get().name == "Meanwhile"


def test_conversation_survives_a_vapi_that_fails(new_browser, site, voiced, owner):
    """The assistant is unknown to the sandbox: what was typed stays, with the reason beside it."""
    assistant = AssistantFactory(organization=voiced, vapi_id="00000000-0000-4000-8000-000000000000")
    page = new_browser(owner, viewport=PHONE)
    page.goto(f"/he/o/bakery/assistants/{assistant.id}/preview")
    page.locator("#chat input[name=text]").fill("שלום")
    page.locator("#chat .chat__form button").click()
    expect(page.locator("#id_text_error")).to_be_visible()
    expect(page.locator("#chat input[name=text]")).to_have_value("שלום")
    assert axe_violations(page) == []


def test_hint_on_disclosing_the_ai_follows_the_greeting(new_browser, site, bakery, owner):
    made = AssistantFactory(organization=bakery, first_message="Bonjour.")
    page = new_browser(owner)
    visit(page, f"/fr/o/bakery/assistants/{made.id}/edit")
    bound(page)
    hint = page.locator("[data-controller=disclosure]")
    expect(hint).to_be_visible()
    assert axe_violations(page) == []
    shown = hint.evaluate(
        """(hint, texts) => texts.map((text) => {
            const field = document.querySelector("[name=first_message]");
            field.value = text;
            field.dispatchEvent(new Event("input", { bubbles: true }));
            return !hint.hidden;
        })""",
        [*SAYS_SO, *DOES_NOT, f"{bakery.name} IA", ""],
    )
    # As the server judges them.
    assert shown == [False] * len(SAYS_SO) + [bool(text) for text in DOES_NOT] + [False, False]
    page.fill("[name=first_message]", "Shalom!")
    page.locator("select[name=language]").select_option("he")
    expect(hint.locator("q")).to_have_text(SENTENCES["he"])
    hint.locator("button").click()
    expect(page.locator("[name=first_message]")).to_have_value(f"{SENTENCES['he']} Shalom!")
    expect(hint).to_be_hidden()


def held(page, path: str) -> list[Route]:
    """Requests to this path, kept back until they are let go."""
    routes: list[Route] = []
    page.route(f"**{path}", lambda route: routes.append(route))
    return routes


def test_what_was_typed_shows_at_once_and_outlives_a_slow_and_a_lost_line(
    new_browser, site, voiced, owner, run_tasks, actor
):
    assistant = create_assistant(actor=actor, data=data_of())
    run_tasks()
    page = new_browser(owner, viewport=PHONE)
    visit(page, f"/fr/o/bakery/assistants/{assistant.id}/preview")
    bound(page)
    field, again = page.locator("#chat input[name=text]"), page.locator("[data-again]")
    waiting, turns = (
        page.locator("#chat-log [data-pending]"),
        page.locator("#chat-log .turn:not([data-pending])"),
    )
    routes = held(page, "/preview/chat")
    field.fill("Une table pour deux")
    field.press("Enter")
    expect(waiting.first).to_have_text("Une table pour deux")
    expect(waiting.last.locator(".wave--speaking")).to_be_visible()
    expect(page.locator("[data-when=slow]")).to_be_visible()
    field.fill("Samedi soir à 20h")  # the answer brings a new field
    routes.pop().continue_()
    expect(turns).to_have_count(3)
    expect(waiting).to_have_count(0)
    expect(page.locator("[data-when=slow]")).to_be_hidden()
    expect(field).to_be_focused()

    page.context.set_offline(True)
    page.unroute("**/preview/chat")
    expect(field).to_have_value("Samedi soir à 20h")
    field.press("Enter")
    expect(page.locator("[data-when=offline]")).to_be_visible()
    expect(field).to_have_value("Samedi soir à 20h")
    expect(field).to_be_focused()
    expect(turns).to_have_count(3)
    assert axe_violations(page) == []
    page.context.set_offline(False)
    again.click()
    expect(turns).to_have_count(5)
    expect(field).to_have_value("")
    expect(again).to_be_hidden()
    page.locator("button[name=hang_up]").click()
    expect(page.locator("button[name=restart]")).to_be_focused()
    assert axe_violations(page) == []
    page.locator("button[name=restart]").click()
    expect(turns).to_have_count(1)
    expect(field).to_be_focused()


def test_without_scripts_a_conversation_is_hung_up_and_begun_again(
    new_browser, site, voiced, owner, run_tasks, actor
):
    assistant = create_assistant(actor=actor, data=data_of())
    run_tasks()
    page = new_browser(owner, java_script_enabled=False)
    page.goto(f"/he/o/bakery/assistants/{assistant.id}/preview")
    page.locator("#chat input[name=text]").fill("Bonjour")
    press(page.locator("#chat .chat__form button"))
    expect(page.locator("[data-when=offline], [data-again]").first).to_be_hidden()
    press(page.locator("button[name=hang_up]"))
    expect(page.locator("#chat input[name=text]")).to_have_count(0)
    press(page.locator("button[name=restart]"))
    expect(page.locator("#chat-log .turn")).to_have_count(1)
