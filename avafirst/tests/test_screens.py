"""Every page in three languages, two themes and two widths, looked at by a browser and by axe.

With --pictures they stay in var/screens/, one for each of a page's twelve faces. A page is opened once for its language
and width; a theme changes its colours and nothing else. What is checked where it can differ:

- in each language, at each width: language and direction, one heading, no word of another language, nothing to scroll
  sideways (on the phone also at 320 px), no console error, nothing that the Content Security Policy refuses;
- axe's rules about colours, the dearest of all, in French, at each width, in light and in dark: no language changes a
  colour;
- its other rules in French, at each width, where other parts are shown. bin/prove looks at the English phone too.
"""

from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import timezone

from accounts.tests.factories import UserFactory
from assistants.tests.factories import AssistantFactory
from avafirst.tests.screens import BROKEN, BROWSER, DRIFTED, READY, Screen, scenery, screens
from connections.tests.factories import TwilioConnectionFactory, VapiConnectionFactory
from core.audit.services import record_event
from core.tests.browser import axe_violations, bound, session_cookie
from onboarding.tests.screens import arrivals
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, answer_some

PICTURES = Path(settings.BASE_DIR) / "var" / "screens"
WIDE = 1280
PARTS = 2  # a run of all pages is a minute, which would keep one process busy when the others are done
COLOURS = ["color-contrast", "link-in-text-block"]


def asked_of_axe(locale: str, width: int) -> dict[str, dict[str, Any]]:
    """Options of `axe.run` for each theme that it looks at."""
    if locale == "fr":
        return {"light": {}, "dark": {"runOnly": COLOURS}}
    if locale == "en" and width < WIDE:
        return {"light": {"rules": {rule: {"enabled": False} for rule in COLOURS}}}
    return {}


COLLECT_VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => {
  violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""
# A page that was resized is laid out anew with its next frame.
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Words that readers or screen readers meet, but for what says that it is of another language.
COLLECT = """() => {
  const words = [];
  const foreign = (element) => element.closest("[lang]:not(html)") !== null;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!foreign(node.parentElement) && !node.parentElement.closest("script, template")) words.push(node.data);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt", "data-busy"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      if (!foreign(element)) words.push(element.getAttribute(name));
    }
  }
  return {
    root: [document.documentElement.lang, document.documentElement.dir || "ltr"],
    headings: [...document.querySelectorAll("h1")].map((heading) => heading.textContent),
    words: words.map((word) => word.replace(/\\s+/g, " ").trim()).filter(Boolean),
    violations: window.violations ?? [],
  };
}"""


def english_of(locale: str) -> set[str]:
    """Message ids that this language says in other words."""
    path = settings.BASE_DIR / "locale" / locale / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        catalog = read_po(file)
    return {
        " ".join(message.id.split())
        for message in catalog
        if isinstance(message.id, str) and message.id and message.string != message.id
    }


@pytest.fixture
def people(owner, viewer, newcomer, staff) -> dict[str, Any]:
    """The cast by name, and one who belongs nowhere."""
    alone = UserFactory(email="alone@example.com", name="")
    cast = {"owner": owner, "viewer": viewer, "newcomer": newcomer, "staff": staff, "alone": alone}
    return cast | {"connected": connected_owner(), "voiced": voiced_owner()} | arrivals()


def connected_owner() -> Any:
    """Owner of an organisation with accounts at both providers, one of which fails."""
    place = MembershipFactory(
        organization__slug="workshop", role=Role.OWNER, user__email="connected@example.com"
    )
    VapiConnectionFactory(
        organization=place.organization, state="failing", problem="vapi_key", failing_since=timezone.now()
    )
    TwilioConnectionFactory(
        organization=place.organization,
        number_state="out_of_step",
        number_problem="number_taken",
        is_trial=True,
    )
    return place.user


def voiced_owner() -> Any:
    """Owner of an organisation with assistants that stand differently, none of them on its way: those ask again."""
    place = MembershipFactory(organization__slug="studio", role=Role.OWNER, user__email="voiced@example.com")
    own = {"organization": place.organization}
    answer_some(place.organization)
    VapiConnectionFactory(**own, region="sandbox", private_key="wrong")
    ready = AssistantFactory(**own, id=READY, name="Léa", answers_calls=True)
    colleague = UserFactory(email="claire@example.com", name="Claire Martin")
    record_event("assistants.changed", actor=colleague, subject=ready, fields=["name"])
    AssistantFactory(
        **own, id=DRIFTED, name="Hugo", sync_state="out_of_step", sync_problem="changed", drift=["voice"]
    )
    AssistantFactory(
        **own, name="נועה", language="he", voice="he-hila", waiting=True, sync_problem="not_connected"
    )
    return place.user


class Looker:
    """One browser of one width, going from page to page and noting what is wrong."""

    def __init__(self, page: Any, *, site: str, locale: str, width: int, pictures: bool) -> None:
        self.page, self.site, self.locale, self.width = page, site, locale, width
        self.pictures = pictures
        self.asked = asked_of_axe(locale, width)
        self.english = english_of(locale) if locale != "en" else set()
        self.problems: list[str] = []
        self.console: list[str] = []
        page.add_init_script(COLLECT_VIOLATIONS)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.console.append(str(error)))

    def _hear(self, message: Any) -> None:
        # A browser also reports the status of the page itself (404, 410, 422): that is what was asked for.
        own_status = "Failed to load resource" in message.text and "/static/" not in message.location["url"]
        if message.type in {"error", "warning"} and not own_status:
            self.console.append(message.text)

    def sign_in(self, session: list[Any]) -> None:
        context = self.page.context
        context.clear_cookies()
        context.add_cookies(
            [*session, {"name": settings.BROWSER_COOKIE_NAME, "value": BROWSER, "url": self.site}]
        )

    def look(self, screen: Screen, session: list[Any]) -> None:
        self.page.goto(
            "about:blank"
        )  # an open page would ask for its news as the next reader, and be refused
        self.console.clear()
        self.sign_in(session)
        if screen.before:
            screen.before(self.page)
        # Not until "load": the page that submits itself is on its way before.
        self.page.goto(f"/{self.locale}{screen.path}", wait_until="commit")
        self.wait()
        if screen.act:
            screen.act(self.page)
            self.wait()
        self.check(screen)
        for theme in ("light", "dark") if self.pictures else self.asked:
            self.page.emulate_media(color_scheme=theme)
            if theme in self.asked:
                found = axe_violations(self.page, **self.asked[theme])
                self.note(screen, f"axe {theme}", found, found)
            if self.pictures:
                picture = PICTURES / f"{screen.name}.{self.locale}.{theme}.{self.width}.jpg"
                self.page.screenshot(path=picture, full_page=True, type="jpeg", quality=85, scale="css")
        self.page.unroute_all(behavior="ignoreErrors")

    def wait(self) -> None:
        """Until the page is all there; the one that must come up when nothing else works has no script to wait for."""
        self.page.wait_for_selector("h1")
        if self.page.locator("script[type=module]").count():
            bound(self.page)

    def check(self, screen: Screen) -> None:
        alone = screen.name == "error-500"  # stands in three languages at once, French first
        expected = ["fr", "ltr"] if alone else [self.locale, "rtl" if self.locale == "he" else "ltr"]
        shown = self.page.evaluate(COLLECT)
        untranslated = set() if alone else set(shown["words"]) & self.english
        self.note(screen, "language", shown["root"] != expected, shown["root"])
        self.note(screen, "headings", len(shown["headings"]) != 1, shown["headings"])
        self.note(screen, "untranslated", untranslated, untranslated)
        self.note(screen, "console", self.console, list(self.console))
        self.note(screen, "policy", shown["violations"], shown["violations"])
        self.check_width(screen, self.width)
        if self.width < WIDE:
            self.page.set_viewport_size({"width": 320, "height": 844})
            self.page.evaluate(TWO_FRAMES)
            self.check_width(screen, 320)
            self.page.set_viewport_size({"width": self.width, "height": 844})

    def check_width(self, screen: Screen, width: int) -> None:
        over = self.page.evaluate("document.documentElement.scrollWidth") - width
        self.note(screen, f"wider than {width}", over > 0, over)

    def note(self, screen: Screen, what: str, wrong: Any, detail: Any) -> None:
        if wrong:
            self.problems.append(f"{screen.name} {what}: {detail}")


@pytest.mark.browser
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("width", [390, WIDE])
@pytest.mark.parametrize("locale", ["fr", "he", pytest.param("en", marks=pytest.mark.prove)])
def test_every_page_in_every_face(new_browser, site, people, locale, width, part, pytestconfig):
    sessions = {name: [session_cookie(user, site)] for name, user in people.items()} | {"": []}
    phone = {"has_touch": True, "is_mobile": True} if width < WIDE else {}
    page = new_browser(viewport={"width": width, "height": 844}, **phone)
    scenery()
    pictures = pytestconfig.getoption("pictures")
    looker = Looker(page, site=site, locale=locale, width=width, pictures=pictures)
    shown = screens(people)
    for screen in shown[len(shown) * part // PARTS : len(shown) * (part + 1) // PARTS]:
        looker.look(screen, sessions[screen.who])
    assert not looker.problems, "\n".join(looker.problems)


def test_every_error_page_is_in_the_matrix():
    templates = {path.stem for path in (settings.BASE_DIR / "templates").glob("[45]*.html")}
    assert templates == {*BROKEN, "403", "404"}
