"""Access by role: one row a route. A route without a row fails."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from avafirst.tests.routes import Route, routes
from organizations.models import Membership
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, OrganizationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

# Signed out, then: owner of another organisation, and the bakery's viewer, member, admin, owner.
CAST = ("nobody", "outsider", "viewer", "member", "admin", "owner")

# 302 for a signed-out visitor leads to the sign-in page. A POST-only address redirects users who pass the guard to the
# page that it belongs to; one without a language is for programs and answers 405.
OPEN = (200, 200, 200, 200, 200, 200)
CLOSED = (302, 200, 200, 200, 200, 200)
LEADS_ON = (302, 302, 302, 302, 302, 302)
POST_ONLY = LEADS_ON
OPEN_POST_ONLY = LEADS_ON
NO_SUCH_LINK = (410, 410, 410, 410, 410, 410)
STAFF_ONLY = (302, 403, 403, 403, 403, 403)
# An organisation's page: outsiders get 404, so they do not learn that it exists.
OF_THE_ORGANIZATION = (302, 404, 200, 200, 200, 200)
# Not for people: a key opens it, and none of the cast has one.
KEYED = (401, 401, 401, 401, 401, 401)
# Only programs post there, and a secret opens it.
FOR_PROGRAMS = (405, 405, 405, 405, 405, 405)
# One where something is changed.
EDITORS = (302, 404, 403, 200, 200, 200)
# The same, of a missing object: the identifier is an example.
EDITORS_NOT_FOUND = (302, 404, 403, 404, 404, 404)
# One that only those see who run the organisation.
MANAGERS = (302, 404, 403, 403, 200, 200)

TABLE = {
    "root": LEADS_ON,
    "health": OPEN,
    "health_ready": OPEN,
    "favicon": LEADS_ON,
    "robots": OPEN,
    "sitemap": OPEN,
    "set_language": (405, 405, 405, 405, 405, 405),
    "landing": OPEN,
    "help": OPEN,
    "contact": OPEN,
    "privacy": OPEN,
    "legal": OPEN,
    "home": LEADS_ON,
    "avatar": (302, 404, 404, 404, 404, 404),
    "accounts:auth": (200, 302, 302, 302, 302, 302),  # the signed-in have nothing to ask for
    "accounts:sent": LEADS_ON,
    "accounts:resend": OPEN_POST_ONLY,
    "accounts:waiting-list": (200, 302, 302, 302, 302, 302),
    "accounts:waiting-list-noted": OPEN,
    "accounts:login": LEADS_ON,
    "accounts:signup": LEADS_ON,
    "accounts:verify": LEADS_ON,
    "accounts:verify-resend": OPEN_POST_ONLY,
    "accounts:logout": OPEN_POST_ONLY,
    "accounts:not-me": NO_SUCH_LINK,
    "accounts:address-confirm": LEADS_ON,
    "accounts:address-undo": LEADS_ON,
    "accounts:profile": CLOSED,
    "accounts:avatar": POST_ONLY,
    "accounts:address": POST_ONLY,
    "accounts:close": POST_ONLY,
    "accounts:language": POST_ONLY,
    "accounts:security": CLOSED,
    "accounts:session-revoke": POST_ONLY,
    "accounts:sessions-revoke-others": POST_ONLY,
    "accounts:sessions-revoke-all": POST_ONLY,
    "onboarding:start": LEADS_ON,
    "onboarding:welcome": LEADS_ON,  # the cast's set-ups are behind them
    "onboarding:organization": LEADS_ON,
    "onboarding:vapi": LEADS_ON,
    "onboarding:twilio": LEADS_ON,
    "onboarding:number": POST_ONLY,
    "onboarding:numbers": POST_ONLY,
    "onboarding:ring": POST_ONLY,
    "onboarding:assistant": LEADS_ON,
    "onboarding:repair": POST_ONLY,
    "onboarding:done": LEADS_ON,
    "onboarding:check": POST_ONLY,
    "onboarding:later": POST_ONLY,
    "dashboard:home": LEADS_ON,
    "dashboard:overview": OF_THE_ORGANIZATION,
    "dashboard:news": (302, 404, 302, 302, 302, 302),  # without htmx it leads to the page
    "dashboard:report": (302, 404, 404, 404, 404, 404),  # no month is called like the example
    "organizations:accept": LEADS_ON,
    "organizations:refuse": LEADS_ON,
    "organizations:offered": (302, 404, 404, 404, 404, 404),  # no object has the example's identifier
    "organizations:team": OF_THE_ORGANIZATION,
    "organizations:team-invite": POST_ONLY,
    "organizations:team-leave": OF_THE_ORGANIZATION,
    "organizations:team-role": (302, 404, 403, 403, 404, 404),  # no object has the example's identifier
    "organizations:team-remove": (302, 404, 403, 403, 404, 404),  # no object has the example's identifier
    "organizations:team-invite-again": POST_ONLY,
    "organizations:team-withdraw": POST_ONLY,
    "organizations:facts": (302, 404, 200, 302, 302, 302),  # editors are led to the first open card
    "organizations:fact": EDITORS_NOT_FOUND,  # no topic is called like the example
    "organizations:settings": MANAGERS,
    "organizations:settings-delete": POST_ONLY,
    "organizations:audit": MANAGERS,
    "connections:page": MANAGERS,
    "connections:vapi": MANAGERS,
    "connections:twilio": MANAGERS,
    "connections:test-call": POST_ONLY,
    "connections:number": POST_ONLY,
    "connections:numbers": POST_ONLY,
    "connections:webhook-secret": POST_ONLY,
    "connections:check": POST_ONLY,
    "connections:disconnect": (
        302,
        404,
        403,
        403,
        404,
        404,
    ),  # the example names a provider that does not exist
    "assistants:line": (302, 404, 302, 302, 302, 302),  # a fragment: without htmx it leads to the list
    "assistants:choose": EDITORS,
    "assistants:list": OF_THE_ORGANIZATION,
    "assistants:new": EDITORS,
    "assistants:detail": (302, 404, 404, 404, 404, 404),
    "assistants:state": (302, 404, 404, 404, 404, 404),
    "assistants:edit": EDITORS_NOT_FOUND,
    "assistants:disclose": POST_ONLY,
    "assistants:duplicate": POST_ONLY,
    "assistants:answer": POST_ONLY,
    "assistants:repair": POST_ONLY,
    "assistants:keep": POST_ONLY,
    "assistants:delete": (302, 404, 403, 403, 404, 404),
    "assistants:preview": EDITORS_NOT_FOUND,
    "assistants:chat": POST_ONLY,
    "assistants:call": POST_ONLY,
    "assistants:call-state": EDITORS_NOT_FOUND,
    "assistants:call-end": POST_ONLY,
    "calls:list": OF_THE_ORGANIZATION,
    "calls:news": (302, 404, 302, 302, 302, 302),  # without htmx it leads to the list
    "calls:export": EDITORS,
    "calls:detail": (302, 404, 404, 404, 404, 404),
    "calls:call-back": EDITORS_NOT_FOUND,
    "calls:state": (302, 404, 404, 404, 404, 404),
    "calls:erase": (302, 404, 403, 403, 404, 404),
    "calls:note-add": POST_ONLY,
    "calls:note-remove": POST_ONLY,
    "contacts:list": OF_THE_ORGANIZATION,
    "contacts:detail": (302, 404, 404, 404, 404, 404),
    "contacts:name": EDITORS_NOT_FOUND,
    "contacts:export": EDITORS_NOT_FOUND,
    "contacts:erase": (302, 404, 403, 403, 404, 404),
    "calls:recording": EDITORS_NOT_FOUND,
    "notices:choices": CLOSED,
    "notices:save": POST_ONLY,
    "notices:act": LEADS_ON,
    "notices:stop": LEADS_ON,
    "budget:page": OF_THE_ORGANIZATION,
    "budget:save": POST_ONLY,
    "desk:list": OF_THE_ORGANIZATION,
    "desk:news": (302, 404, 302, 302, 302, 302),  # without htmx it leads to the list
    "desk:item": (302, 404, 404, 404, 404, 404),
    "desk:take": POST_ONLY,
    "desk:assignment": POST_ONLY,
    "desk:snooze": POST_ONLY,
    "desk:completion": POST_ONLY,
    "desk:reopening": POST_ONLY,
    "desk:urgency": POST_ONLY,
    "desk:notes": POST_ONLY,
    "desk:questions": OF_THE_ORGANIZATION,
    "desk:answer": POST_ONLY,
    "desk:dismissal": POST_ONLY,
    "webhooks:vapi": FOR_PROGRAMS,
    "webhooks:vapi-call-started": FOR_PROGRAMS,
    "webhooks:vapi-call-ended": FOR_PROGRAMS,
    "core:gallery": STAFF_ONLY,
    "sandbox_page:home": CLOSED,
    "sandbox_page:call": POST_ONLY,
    "sandbox_page:recording": (302, 404, 404, 404, 404, 404),  # no object has the example's identifier
    "sandbox_page:switch-on": POST_ONLY,
    "sandbox_page:switch-off": POST_ONLY,
    "sandbox:lead": LEADS_ON,
    "sandbox:vapi-assistants": KEYED,
    "sandbox:vapi-assistant": KEYED,
    "sandbox:vapi-numbers": KEYED,
    "sandbox:vapi-number": KEYED,
    "sandbox:vapi-calls": KEYED,
    "sandbox:vapi-call": KEYED,
    "sandbox:vapi-recording-mono": KEYED,
    "sandbox:vapi-recording-stereo": KEYED,
    "sandbox:vapi-recording-customer": KEYED,
    "sandbox:vapi-recording-assistant": KEYED,
    "sandbox:vapi-chats": KEYED,
    "sandbox:vapi-chat": KEYED,
    "sandbox:vapi-nothing": KEYED,
    "sandbox:twilio-account": KEYED,
    "sandbox:twilio-numbers": KEYED,
    "sandbox:twilio-calls": KEYED,
    "sandbox:twilio-call": KEYED,
    "sandbox:twilio-usage": KEYED,
    "sandbox:storage": (403, 403, 403, 403, 403, 403),  # a signed URL opens it
}

# The routes that answer a signed-out visitor; every other one leads to the sign-in page.
PUBLIC = {name for name, row in TABLE.items() if row[0] in {200, 401, 405}} | {
    "root",
    "favicon",
    "accounts:sent",
    "accounts:resend",
    "accounts:verify-resend",
    "accounts:logout",
    "accounts:login",
    "accounts:signup",
    "accounts:verify",
    "accounts:not-me",
    "accounts:address-confirm",
    "accounts:address-undo",
    "organizations:accept",
    "organizations:refuse",
    "notices:act",
    "notices:stop",
    "sandbox:storage",
}

PAGES = [route for route in routes() if not route.is_admin]
ADMIN = [route for route in routes() if route.is_admin]


def name_of(route: Route) -> str:
    return route.name


def make_cast() -> dict[str, User]:
    """The users of the root conftest, made once for all tests of this module."""
    bakery = OrganizationFactory(name="Boulangerie Martin", slug="bakery")
    people = {
        role.value: MembershipFactory(
            organization=bakery, role=role, user__email=f"{role.value}@example.com"
        ).user
        for role in Role
    }
    outsider = MembershipFactory(
        organization__slug="florist", role=Role.OWNER, user__email="outsider@example.com"
    )
    return people | {"outsider": outsider.user}


@pytest.fixture(scope="module")
def sessions(module_database: Callable[[], Any]) -> dict[str, Client]:
    """A client for each of the cast."""
    clients = {name: Client() for name in CAST}
    with module_database():
        for name, user in make_cast().items():
            clients[name].force_login(user)
    return clients


@pytest.fixture
def client_for(sessions: dict[str, Client], db: None) -> Iterator[Callable[[str], Client]]:
    """The client of one of the cast, with the cookies of a new session."""
    cookies = {name: copy.deepcopy(client.cookies) for name, client in sessions.items()}
    yield sessions.__getitem__
    for name, client in sessions.items():
        client.cookies = cookies[name]


@pytest.mark.parametrize("route", PAGES, ids=name_of)
def test_each_answers_each_as_the_table_says(client_for, route):
    assert route.name in TABLE, "decide who may see it, and give it a row"
    url = route.url()
    answers = tuple(client_for(person).get(url).status_code for person in CAST)
    assert dict(zip(CAST, answers, strict=True)) == dict(zip(CAST, TABLE[route.name], strict=True))


def test_table_holds_no_route_that_is_gone():
    assert set(TABLE) <= {route.name for route in PAGES}


@pytest.mark.parametrize("route", [route for route in PAGES if route.name not in PUBLIC], ids=name_of)
def test_what_nobody_marked_is_closed(client_for, route):
    client, url = client_for("nobody"), route.url()
    for method in (client.get, client.post):
        response = method(url)
        assert (response.status_code, response.url.partition("?")[0]) == (302, "/fr/auth")


@pytest.mark.slow
@pytest.mark.parametrize("route", [route for route in PAGES if route.name not in PUBLIC], ids=name_of)
def test_no_shared_computer_keeps_a_closed_page(client_for, route):
    response = client_for("owner").get(route.url())
    if response.status_code != 302:  # which shows nothing
        assert {"private", "no-store"} <= set(response.headers["Cache-Control"].split(", "))


@pytest.mark.slow
def test_address_of_a_form_leads_to_a_page(client_for):
    """A user whose session expired under a form returns to its address after signing in."""
    client = client_for("owner")
    pages = [route for route in PAGES if not route.name.startswith("webhooks:")]  # which programs post to
    forms = [route.url() for route in pages if client.put(route.url()).headers.get("Allow") == "POST"]
    forms.remove("/i18n/language")
    assert len(forms) > 20
    for url in forms:
        response = client.get(url, follow=True)
        assert response.status_code in {200, 404}, url  # 404 where the example does not exist
        assert url.startswith(response.redirect_chain[0][0])


@pytest.mark.slow
@pytest.mark.parametrize("route", ADMIN, ids=name_of)
def test_admin_is_closed_to_all_but_staff(client_for, route):
    url = route.url(app_label="accounts")
    for person in ("nobody", "owner"):
        response = client_for(person).get(url, follow=True)
        end = response.redirect_chain[-1][0] if response.redirect_chain else url
        if person == "nobody":
            assert end.startswith("/fr/auth")
        else:
            assert response.status_code in {403, 404}, (url, end)


def test_page_without_a_mark_would_be_closed(client, settings):
    settings.ROOT_URLCONF = "avafirst.tests.urls_unmarked"
    response = client.get("/fr/unmarked")
    assert (response.status_code, response.url) == (302, "/fr/auth?next=/fr/unmarked")


@pytest.mark.parametrize("slug", ["unknown", "florist", "BAKERY", "bakery-2"])
def test_strangers_organisation_and_none_look_alike(client_for, slug):
    response = client_for("owner").get(f"/fr/o/{slug}")
    assert response.status_code == 404
    assert "florist" not in response.content.decode().replace(f"/o/{slug}", "")


def test_membership_that_ended_closes_the_door_at_once(client_for):
    client = client_for("viewer")
    assert client.get("/fr/o/bakery").status_code == 200
    Membership.objects.filter(user__email="viewer@example.com").delete()
    assert client.get("/fr/o/bakery").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize(
    "path", ["/", "/fr/", "/health", "/health/ready", "/fr/home", "/fr/dashboard", "/fr/o/bakery"]
)
def test_pages_that_only_show_refuse_other_methods(client_for, path, method):
    assert getattr(client_for("owner"), method)(path).status_code == 405
