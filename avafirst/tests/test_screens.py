"""Every page in three languages, two themes and two widths, looked at by a browser and by axe.

The pictures stay in var/screens/. What a page must show in each of its twelve faces: its language and direction, no
word of another language, nothing to scroll sideways (also at 320 px), no console error, nothing that the Content
Security Policy refuses, nothing that axe finds.
"""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import UserFactory
from assistants.tests.factories import AssistantFactory
from avafirst.tests.screens import BROKEN, BROWSER, DRIFTED, READY, Screen, links, scenery, screens
from connections.tests.factories import TwilioConnectionFactory, VapiConnectionFactory
from onboarding.tests.screens import arrivals
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory

PICTURES = Path(settings.BASE_DIR) / "var" / "screens"
THEMES = ("light", "dark")
COLOUR_RULES = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
COOKIES = settings.SESSION_COOKIE_NAME, settings.BROWSER_COOKIE_NAME

COLLECT_VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => {
  violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""
# A page that was resized is laid out anew with its next frame.
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Words that readers or screen readers meet, but for what says that it is of another language.
COLLECT_WORDS = """() => {
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
  return words.map((word) => word.replace(/\\s+/g, " ").trim()).filter(Boolean);
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
    AssistantFactory(**own, id=READY, name="Léa", answers_calls=True)
    AssistantFactory(
        **own, id=DRIFTED, name="Hugo", sync_state="out_of_step", sync_problem="changed", drift=["voice"]
    )
    AssistantFactory(
        **own, name="נועה", language="he", voice="he-hila", waiting=True, sync_problem="not_connected"
    )
    return place.user


def session_cookie(user: Any) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


class Looker:
    """One browser of one width, going from page to page and noting what is wrong."""

    def __init__(self, page: Any, *, site: str, locale: str, width: int) -> None:
        self.page, self.site, self.locale, self.width = page, site, locale, width
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

    def sign_in(self, session: str) -> None:
        context = self.page.context
        context.clear_cookies()
        values = zip(COOKIES, (session, BROWSER), strict=True)
        context.add_cookies(
            [{"name": name, "value": value, "url": self.site} for name, value in values if value]
        )

    def look(self, screen: Screen, session: str) -> None:
        self.console.clear()
        self.sign_in(session)
        if screen.before:
            screen.before(self.page)
        # Not until "load": the page that submits itself is on its way before.
        self.page.goto(f"/{self.locale}{screen.path}", wait_until="commit")
        self.page.wait_for_selector("h1")
        if screen.act:
            screen.act(self.page)
        self.page.wait_for_timeout(200)
        self.check(screen)
        for theme in THEMES:
            self.page.emulate_media(color_scheme=theme)
            self.check_with_axe(screen, theme)
            picture = PICTURES / f"{screen.name}.{self.locale}.{theme}.{self.width}.jpg"
            self.page.screenshot(path=picture, full_page=True, type="jpeg", quality=85)
        self.page.unroute_all()

    def check(self, screen: Screen) -> None:
        page = self.page
        alone = screen.name == "error-500"  # stands in three languages at once, French first
        expected = ("fr", "ltr") if alone else (self.locale, "rtl" if self.locale == "he" else "ltr")
        root = page.evaluate("[document.documentElement.lang, document.documentElement.dir || 'ltr']")
        self.note(screen, "language", tuple(root) != expected, root)
        self.note(screen, "headings", page.locator("h1").count() != 1, page.locator("h1").all_inner_texts())
        words = set() if alone else set(page.evaluate(COLLECT_WORDS))
        self.note(screen, "untranslated", words & self.english, words & self.english)
        self.note(screen, "console", self.console, list(self.console))
        violations = page.evaluate("window.violations ?? []")
        self.note(screen, "policy", violations, violations)
        for width in {self.width, min(self.width, 320)}:
            page.set_viewport_size({"width": width, "height": 844})
            page.evaluate(TWO_FRAMES)
            over = page.evaluate("document.documentElement.scrollWidth") - width
            self.note(screen, f"wider than {width}", over > 0, over)
        page.set_viewport_size({"width": self.width, "height": 844})

    def check_with_axe(self, screen: Screen, theme: str) -> None:
        # A theme changes colours and nothing else: the second one is asked about those only.
        options = {"resultTypes": ["violations"]} | ({} if theme == THEMES[0] else {"runOnly": COLOUR_RULES})
        found = Axe().run(self.page, options=options).response["violations"]
        told = [f"{each['id']}: {[node['target'] for node in each['nodes']][:3]}" for each in found]
        self.note(screen, f"axe {theme}", told, told)

    def note(self, screen: Screen, what: str, wrong: Any, detail: Any) -> None:
        if wrong:
            self.problems.append(f"{screen.name} {what}: {detail}")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("locale", ["fr", "en", "he"])
def test_every_page_in_every_face(new_browser, site, people, locale, width):
    PICTURES.mkdir(parents=True, exist_ok=True)
    sessions = {name: session_cookie(user) for name, user in people.items()} | {"": ""}
    phone = {"has_touch": True, "is_mobile": True} if width < 600 else {}
    page = new_browser(viewport={"width": width, "height": 844}, reduced_motion="reduce", **phone)
    scenery()
    looker = Looker(page, site=site, locale=locale, width=width)
    for screen in screens(links(people)):
        looker.look(screen, sessions[screen.who])
    assert not looker.problems, "\n".join(looker.problems)


def test_every_error_page_is_in_the_matrix():
    templates = {path.stem for path in (settings.BASE_DIR / "templates").glob("[45]*.html")}
    assert templates == {*BROKEN, "403", "404"}
