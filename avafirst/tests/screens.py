"""What the screen matrix walks: every page, who sees it, and how it is brought about."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone
from django.utils.translation import override

from accounts.models import LoginToken, User
from accounts.secrets import new_secret
from accounts.tests.factories import make_link
from assistants.conflicts import digests_of
from assistants.tests.factories import data_of
from calls.tests.screens import make_calls
from core.tests.browser import press
from desk.tests.screens import add_an_empty_note, make_desk, notice_rows, save_a_wrong_budget
from onboarding.tests import screens as onboarding
from organizations.invitations.refusals import sign_mailbox
from organizations.models import Organization
from organizations.tests.factories import make_invitation
from sandbox.models import Assistant

Page = Any


@dataclass(frozen=True)
class Screen:
    """One picture: `path` under the locale, `who` of the cast is signed in, `act` is done once it is loaded."""

    name: str
    path: str
    who: str = ""
    act: Callable[[Page], None] | None = None
    before: Callable[[Page], None] | None = None


def submit(page: Page) -> None:
    press(page.locator("main form button[type=submit]").first)


def ask_with_a_wrong_address(page: Page) -> None:
    page.fill("input[name=email]", "claire")
    submit(page)


def ask(page: Page) -> None:
    page.fill("input[name=email]", "owner@example.com")
    submit(page)


def type_a_wrong_code(page: Page) -> None:
    ask(page)
    page.fill("input[name=code]", "000000")
    submit(page)


def save_without_a_name(page: Page) -> None:
    page.fill("input[name=name]", "")
    press(page.locator("main form button.button--primary"))


def save_over_somebody_else(page: Page) -> None:
    """As if a colleague had chosen the voice meanwhile, and rewritten what the reader rewrites too."""
    before = data_of(name="Emma", voice="fr-henri", first_message="Bonjour.", prompt="…")
    page.fill("input[name=name]", "Léa du soir")
    page.select_option("select[name=voice]", before["voice"])
    page.locator("textarea[name=prompt]").evaluate(
        "area => { area.value = area.value.replaceAll('réserv', 'command'); }"
    )
    page.locator("input[name=seen]").evaluate("(input, seen) => { input.value = seen; }", digests_of(before))
    press(page.locator("main form button.button--primary"))


def save_hours_without_days(page: Page) -> None:
    page.fill("input[name=opens_0]", "09:00")
    page.locator("main form button.button--primary").click()
    page.wait_for_selector("#id_opens_0_error")


def save_a_fact_over_another(page: Page) -> None:
    """As if a colleague had answered meanwhile."""
    for text in ("12 rue des Tilleuls", "3 place Bellecour"):
        page.goto(page.url.split("/facts")[0] + "/facts/address")
        page.fill("textarea[name=text]", text)
        if text.startswith("3"):
            page.locator("input[name=seen]").evaluate("input => { input.value = 'before'; }")
        press(page.locator("main form button.button--primary"))


def replace_the_texts(page: Page) -> None:
    page.select_option("select[name=persona]", "garage")
    press(page.locator("button[name=fill]"))


def send_an_empty_note(page: Page) -> None:
    press(page.locator("#notes .stack button[type=submit]"))


def open_a_cards_menu(page: Page) -> None:
    page.locator("article [popovertarget]").first.click()


def say_something_with_a_wrong_key(page: Page) -> None:
    page.fill("input[name=text]", "Bonjour, שלום")
    page.locator("#chat .chat__form button").click()
    page.wait_for_selector("#id_text_error")


def open_the_persons_menu(page: Page) -> None:
    page.locator("[popovertarget=menu-person]:visible").click()


def open_the_organizations_menu(page: Page) -> None:
    page.locator("[popovertarget=menu-organization]:visible").click()


def open_a_members_menu(page: Page) -> None:
    page.locator(".member [popovertarget]:visible").first.click()


def open_the_dialog(page: Page) -> None:
    page.locator("[data-dialog=sample-dialog]").click()


def place_a_call_in_the_sandbox(page: Page) -> None:
    page.select_option("select[name=pace]", "over")
    page.locator("form[action$=calls] button").click()
    page.locator(".sandbox-call summary").first.click()


def make_trouble_in_the_sandbox(page: Page) -> None:
    # One that no other screen meets.
    page.select_option("select[name=trouble]", "webhooks:drop")
    page.locator("form[action$=trouble] button").click()
    page.wait_for_selector(".sandbox-trouble")


def hold_posts(page: Page) -> None:
    """Answer what the page posts with 204: the browser stays where it is, so the state can be looked at."""
    page.route(
        "**/*",
        lambda route: route.fulfill(status=204) if route.request.method == "POST" else route.continue_(),
    )


def hold_the_way_home(page: Page) -> None:
    page.route("**/home", lambda route: route.fulfill(status=204))


def say_that_scripts_run(page: Page) -> None:
    """Until the page has tried to leave: a try during the next screen's request would abort it."""
    page.locator("main input[name=js]").evaluate("input => { input.disabled = false; }")
    with page.expect_request("**/home"):
        submit(page)


# Assistants of the studio: one that answers, one that was changed at Vapi.
READY, DRIFTED = uuid.UUID(int=11), uuid.UUID(int=12)

# The cookie by which the browser of the matrix is known: it asked for the link called `mine`.
BROWSER = new_secret()


def scenery() -> None:
    """What is there besides people."""
    Assistant.objects.create(key=settings.SANDBOX_VAPI_KEY, body={"name": "Noa", "firstMessage": "שלום"})


def invitation(people: dict[str, User], email: str = "new@example.com") -> str:
    """The secret of an invitation that waits to be accepted, and stands in the team's list until then."""
    bakery = Organization.objects.get(slug="bakery")
    return make_invitation(bakery, email=email, invited_by=people["owner"])[1]


def links(people: dict[str, User]) -> dict[str, str]:
    """Secrets of links in every state. `mine` was asked for by the browser that looks."""
    owner, past = people["owner"], timezone.now() - timedelta(hours=1)
    minted = {
        name: make_link(owner, browser=BROWSER if name == "mine" else "")
        for name in ("mine", "other", "success", "expired", "used", "superseded")
    }
    ends: dict[str, dict[str, Any]] = {
        "expired": {"expires_at": past},
        "used": {"used_at": past, "used_via": LoginToken.Via.LINK},
        "superseded": {"superseded_at": past},
    }
    for name, fields in ends.items():
        LoginToken.objects.filter(id=minted[name].token.id).update(**fields)
    return {name: each.secret for name, each in minted.items()}


def screens(people: dict[str, User]) -> list[Screen]:
    """All of them, and in the database what they show."""
    verify = {name: f"/verify-magic-link?token={secret}" for name, secret in links(people).items()}
    accept = f"/invitations/accept?token={invitation(people)}"
    accept_known = f"/invitations/accept?token={invitation(people, people['newcomer'].email)}"
    remove = f"/o/bakery/team/{people['viewer'].memberships.get().id}/remove"
    promote = f"/o/bakery/team/{people['viewer'].memberships.get().id}/role?role=owner"
    call, running, missed = make_calls(Organization.objects.get(slug="studio"))
    item = make_desk(Organization.objects.get(slug="studio"))
    return [
        Screen("landing", "/"),
        Screen("landing-signed-in", "/", who="owner"),
        Screen("auth", "/auth"),
        Screen("auth-wrong", "/auth", act=ask_with_a_wrong_address),
        Screen("sent", "/auth", act=ask),
        Screen("sent-wrong-code", "/auth", act=type_a_wrong_code),
        Screen("verify-checking", verify["mine"], before=hold_posts),
        Screen("verify-confirm", verify["other"]),
        Screen("verify-other-user", verify["other"], who="newcomer"),
        Screen("verify-expired", verify["expired"]),
        Screen("verify-used", verify["used"]),
        Screen("verify-superseded", verify["superseded"]),
        Screen("verify-unknown", "/verify-magic-link?token=unknown"),
        # After them: it replaces the person's other links, the expired one too.
        Screen("verify-success", verify["success"], before=hold_the_way_home, act=say_that_scripts_run),
        Screen("onboarding-welcome", "/onboarding/welcome", who="newcomer"),
        Screen("onboarding-menu", "/onboarding/welcome", who="newcomer", act=open_the_persons_menu),
        *(Screen(name, path, who=who, act=act) for name, path, who, act in onboarding.ROWS),
        Screen("dashboard-set-up", "/o/ava", who="newcomer"),
        Screen("dashboard", "/o/bakery", who="owner"),
        Screen("dashboard-calls", f"/o/studio?period={call.created_at:%Y-%m}", who="voiced"),
        Screen("dashboard-week", "/o/studio?period=7", who="voiced"),
        Screen("report", f"/o/studio/report/{call.created_at:%Y-%m}", who="voiced"),
        Screen("dashboard-menu", "/o/bakery", who="owner", act=open_the_organizations_menu),
        Screen("dashboard-viewer", "/o/bakery", who="viewer", act=open_the_persons_menu),
        Screen("nowhere", "/dashboard", who="alone"),
        Screen("team", "/o/bakery/team", who="owner"),
        Screen("team-menu", "/o/bakery/team", who="owner", act=open_a_members_menu),
        Screen("team-remove", remove, who="owner"),
        Screen("team-owner", promote, who="owner"),
        Screen("team-only-owner", "/o/bakery/team/leave", who="owner"),
        Screen("team-viewer", "/o/bakery/team", who="viewer"),
        Screen("team-leave", "/o/bakery/team/leave", who="viewer"),
        Screen("facts", "/o/studio/facts", who="voiced"),
        Screen("facts-hours", "/o/bakery/facts/hours", who="owner"),
        Screen("facts-hours-wrong", "/o/bakery/facts/hours", who="owner", act=save_hours_without_days),
        Screen("facts-closures", "/o/bakery/facts/closures", who="owner"),
        Screen("facts-emergencies", "/o/bakery/facts/emergencies", who="owner"),
        Screen("facts-questions", "/o/bakery/facts/questions", who="owner"),
        Screen("facts-conflict", "/o/bakery/facts/address", who="owner", act=save_a_fact_over_another),
        Screen("facts-viewer", "/o/bakery/facts", who="viewer"),
        Screen("settings", "/o/bakery/settings", who="owner"),
        Screen("audit", "/o/bakery/audit", who="owner"),
        Screen("connections", "/o/bakery/connections", who="owner"),
        Screen("connections-failing", "/o/workshop/connections", who="connected"),
        Screen("connections-banner", "/o/workshop/team", who="connected"),
        Screen("connections-vapi", "/o/bakery/connections/vapi", who="owner"),
        Screen("connections-vapi-wrong", "/o/bakery/connections/vapi", who="owner", act=submit),
        Screen("connections-twilio", "/o/bakery/connections/twilio?sandbox=1", who="owner"),
        Screen("connections-twilio-kept", "/o/workshop/connections/twilio", who="connected"),
        Screen("connections-twilio-wrong", "/o/bakery/connections/twilio", who="owner", act=submit),
        Screen("connections-disconnect", "/o/workshop/connections/vapi/disconnect", who="connected"),
        Screen("assistants", "/o/studio/assistants", who="voiced"),
        Screen("assistants-empty", "/o/bakery/assistants", who="owner"),
        Screen("assistants-none", "/o/studio/assistants?q=nobody", who="voiced"),
        Screen("assistants-menu", "/o/studio/assistants", who="voiced", act=open_a_cards_menu),
        Screen("assistant-trades", "/o/bakery/assistants/new", who="owner"),
        Screen("assistant-new", "/o/bakery/assistants/new?persona=medical&language=he", who="owner"),
        Screen(
            "assistant-wrong", "/o/bakery/assistants/new?persona=lawyer", who="owner", act=save_without_a_name
        ),
        Screen("assistant", f"/o/studio/assistants/{READY}", who="voiced"),
        Screen("assistant-drifted", f"/o/studio/assistants/{DRIFTED}", who="voiced"),
        Screen("assistant-edit", f"/o/studio/assistants/{READY}/edit", who="voiced"),
        Screen(
            "assistant-conflict",
            f"/o/studio/assistants/{READY}/edit",
            who="voiced",
            act=save_over_somebody_else,
        ),
        Screen(
            "assistant-refilled",
            f"/o/studio/assistants/{READY}/edit",
            who="voiced",
            act=replace_the_texts,
        ),
        Screen("assistant-delete", f"/o/studio/assistants/{READY}/delete", who="voiced"),
        Screen("assistant-preview", f"/o/studio/assistants/{READY}/preview", who="voiced"),
        Screen(
            "assistant-preview-wrong",
            f"/o/studio/assistants/{READY}/preview",
            who="voiced",
            act=say_something_with_a_wrong_key,
        ),
        Screen("calls", "/o/studio/calls", who="voiced"),
        Screen("calls-empty", "/o/bakery/calls", who="owner"),
        Screen("calls-none", "/o/studio/calls?q=nothing&period=dates", who="voiced"),
        Screen("call", f"/o/studio/calls/{call.id}#t1", who="voiced"),
        Screen("call-missed", f"/o/studio/calls/{missed.id}", who="voiced"),
        Screen("call-back", f"/o/studio/calls/{call.id}/call-back", who="voiced"),
        Screen("call-running", f"/o/studio/calls/{running.id}", who="voiced"),
        Screen("call-erase", f"/o/studio/calls/{running.id}/erase", who="voiced"),
        Screen("call-note-wrong", f"/o/studio/calls/{call.id}", who="voiced", act=send_an_empty_note),
        Screen("contacts", "/o/studio/contacts", who="voiced"),
        Screen("contacts-empty", "/o/bakery/contacts", who="owner"),
        Screen("contact", f"/o/studio/contacts/{call.id}", who="voiced"),
        Screen("contact-name", f"/o/studio/contacts/{call.id}/name", who="voiced"),
        Screen("contact-erase", f"/o/studio/contacts/{call.id}/erase", who="voiced"),
        Screen("desk", "/o/studio/desk", who="voiced"),
        Screen("desk-empty", "/o/bakery/desk", who="owner"),
        Screen("desk-done", "/o/studio/desk?state=done", who="voiced"),
        Screen("desk-none", "/o/studio/desk?kind=complaint", who="voiced"),
        Screen("desk-item", f"/o/studio/desk/{item.id}", who="voiced"),
        Screen("desk-note-wrong", f"/o/studio/desk/{item.id}", who="voiced", act=add_an_empty_note),
        Screen("desk-questions", "/o/studio/desk/questions", who="voiced"),
        Screen("desk-questions-none", "/o/bakery/desk/questions", who="owner"),
        Screen("budget", "/o/studio/budget", who="voiced"),
        Screen("budget-wrong", "/o/studio/budget", who="voiced", act=save_a_wrong_budget),
        *(Screen(name, path, who=who, act=act) for name, path, who, act in notice_rows(item)),
        Screen("audit-group", "/o/bakery/audit?group=team", who="owner"),
        Screen("accept", accept),
        Screen("accept-sign-in", accept_known),
        Screen("accept-sign-in-other", accept_known, who="owner"),
        Screen("accept-unknown", "/invitations/accept?token=unknown"),
        Screen("refuse", f"/invitations/stop?token={sign_mailbox('new@example.com')}"),
        Screen("refuse-unknown", "/invitations/stop?token=unknown"),
        Screen("profile", "/settings/profile", who="owner"),
        Screen("security", "/settings/security", who="owner"),
        Screen("not-me", "/not-me?token=unknown"),
        Screen("sandbox", "/sandbox", who="alone"),
        Screen("sandbox-call", "/sandbox", who="staff", act=place_a_call_in_the_sandbox),
        Screen("sandbox-trouble", "/sandbox", who="staff", act=make_trouble_in_the_sandbox),
        Screen("gallery", "/gallery", who="staff"),
        Screen("gallery-dialog", "/gallery", who="staff", act=open_the_dialog),
        Screen("error-403", "/gallery", who="owner"),
        Screen("error-404", "/nowhere"),
        *(Screen(f"error-{name}", f"/broken/{name}", before=broken(name)) for name in BROKEN),
    ]


# Pages that only a fault brings about: their templates, served under an address of their own.
BROKEN = ("400", "403_csrf", "410", "429", "500")


def broken(name: str) -> Callable[[Page], None]:
    def serve(page: Page) -> None:
        def answer(route: Any) -> None:
            locale = route.request.url.split("/")[3]
            with override(locale):
                request = None if name == "500" else RequestFactory().get(f"/{locale}/broken/{name}")
                body = render_to_string(f"{name}.html", {}, request=request)
            route.fulfill(body=body, content_type="text/html; charset=utf-8")

        page.route(f"**/broken/{name}", answer)

    return serve
