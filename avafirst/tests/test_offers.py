"""No page offers its reader what is refused: every link and form of every page, for each role."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from accounts.models import User
from assistants.tests.factories import AssistantFactory
from assistants.tests.lines import save_line
from organizations.models import Membership, Organization
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, OrganizationFactory, make_invitation

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

START = ["/fr/o/bakery", "/fr/o/bakery/team", "/fr/o/bakery/assistants", "/fr/settings/profile"]
TAG = re.compile(r"<(a|form|button)\b([^>]*)>")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')

# What is special about the organisation's line.
SCENES: dict[str, dict[str, Any]] = {
    "fine": {},
    "unconnected": {"vapi": "none", "twilio": "none", "assistant": "new", "line": "pending"},
    "empty": {"vapi": "none", "twilio": "none", "assistant": "none"},
    "refused": {"vapi": "refused", "number": "gone"},
    "down": {"twilio": "down"},
    "deleted": {"assistant": "silent"},
    "changed": {"assistant": "changed"},
    "lost": {"assistant": "lost"},
    "voiceless": {"assistant": "voiceless"},
}


def offers_of(page: str, path: str) -> tuple[set[str], set[str]]:
    """The paths of a page's links, and of what its forms post to."""
    links: set[str] = set()
    posts: set[str] = set()
    form = ""
    for tag, inside in TAG.findall(page):
        given = {name: unescape(value) for name, value in ATTRIBUTE.findall(inside)}
        if tag == "a" and "href" in given:
            links.add(urljoin(path, given["href"]).partition("#")[0])
        if tag == "form":
            form = urljoin(path, given.get("action", ""))
            (posts if given.get("method", "").lower() == "post" else links).add(form.partition("#")[0])
        if tag == "button" and "formaction" in given:
            posts.add(urljoin(path, given["formaction"]))
        for name in ("hx-get", "hx-post"):
            if name in given:
                (links if name == "hx-get" else posts).add(urljoin(path, given[name]))
    return {link for link in links if link.startswith("/") and not link.startswith("/static/")}, posts


class Reader:
    """Goes from page to page as one role may, and notes what is offered and refused."""

    def __init__(self, client: Client, membership: Membership) -> None:
        self.client, self.membership = client, membership
        self.read: set[str] = set()
        self.refused: set[str] = set()

    def walk(self) -> None:
        waiting = [(path, "") for path in START]
        while waiting:
            path, before = waiting.pop()
            if path in self.read:
                continue
            self.read.add(path)
            answer = self.client.get(path)
            if answer.status_code in {403, 404, 405}:
                self.refused.add(f"{before} → {path} ({answer.status_code})")
            if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
                continue
            links, posts = offers_of(answer.content.decode(), path)
            waiting += [(link, path) for link in links if self.is_of_the_console(link)]
            self.refused |= {f"{path} → POST {post}" for post in posts if not self.may_post(post)}

    @staticmethod
    def is_of_the_console(link: str) -> bool:
        """French alone; filters and cursors lead to the page that was read already."""
        return link.startswith("/fr/") and not urlsplit(link).query

    def may_post(self, path: str) -> bool:
        view: Any = resolve(urlsplit(path).path).func
        permission = getattr(view, "permission", None)
        return permission is None or self.membership.may(permission)


@pytest.fixture
def bakery(db: None) -> Organization:
    return OrganizationFactory(name="Boulangerie Martin", slug="bakery")


@pytest.fixture
def reader_of(bakery: Organization, as_user: Callable[[User], Client]) -> Callable[[Role], Reader]:
    """A reader of each role, in an organisation with one member of each and an open invitation."""
    members = {
        role: MembershipFactory(organization=bakery, role=role, user__email=f"{role.value}@example.com")
        for role in Role
    }
    make_invitation(bakery, email="new@example.com", invited_by=members[Role.OWNER].user)

    def reader(role: Role) -> Reader:
        return Reader(as_user(members[role].user), members[role])

    return reader


@pytest.mark.variants
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("scene", SCENES)
def test_no_page_offers_what_is_refused(bakery, reader_of, role, scene):
    save_line(bakery, **SCENES[scene])
    if scene != "empty":
        AssistantFactory(organization=bakery, name="Emma")
    reader = reader_of(role)
    reader.walk()
    assert len(reader.read) >= 6
    assert not reader.refused, "\n".join(sorted(reader.refused))


@pytest.mark.slow
@pytest.mark.parametrize("role", Role)
def test_no_page_of_an_open_set_up_offers_what_is_refused(bakery, reader_of, role):
    Organization.objects.update(setup_completed_at=None)
    reader = reader_of(role)
    reader.walk()
    assert not reader.refused, "\n".join(sorted(reader.refused))


def test_walk_finds_links_forms_and_what_htmx_asks_for():
    page = """
    <a href="/fr/a?x=1&amp;y=2#z">a</a><form method="post" action="b"></form><form action="/fr/c"></form>
    <button formaction="/fr/d">d</button><form method="post"></form><a hx-get="/fr/e" href="https://example.com">e</a>
    """
    links, posts = offers_of(page, "/fr/o/bakery")
    assert links == {"/fr/a?x=1&y=2", "/fr/c", "/fr/e"}
    assert posts == {"/fr/o/b", "/fr/d", "/fr/o/bakery"}
