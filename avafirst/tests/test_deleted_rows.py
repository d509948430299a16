"""A row that is deleted between the guard and its use is no error, wherever in the request that happens.

Each route is asked, and sent a valid form, while one row of its path is deleted before one of its queries: the first
after the guard, then the second, and so on. Deferred constraints need real commits, so each request has a new world.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Model
from django.test import Client
from django_tasks_db.models import DBTaskResult
from PIL import Image

from accounts.models import AuthSession, Avatar, LoginToken, User
from accounts.tests.factories import make_link
from assistants.models import Line
from assistants.tests.factories import AssistantFactory, connect_to_vapi, data_of, typed_into
from avafirst.tests.routes import Route
from avafirst.tests.test_permissions import PAGES
from calls.models import CallNote
from calls.tests.factories import TurnFactory
from connections.provider import sandbox_credentials
from connections.tests.factories import TwilioConnectionFactory
from core.models import AuditEvent
from desk.models import Asking
from desk.tests.factories import ask as ask_desk
from organizations.models import Organization
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, OrganizationFactory, make_invitation
from sandbox import models as sandbox_models

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.walk, pytest.mark.slow]

MINE = "+33612345678"
# A stale page, a conflict or a lost session are answers; an error of ours is none.
ANSWERS = {200, 204, 302, 303, 403, 404, 405, 409, 410, 422}
# What is deleted: always what the guard has read, and for an app's routes what their paths and pages are about.
GUARDED = ("user", "session", "membership", "organization")
ALSO = {
    "accounts": ("elsewhere", "link"),
    "organizations": ("other", "invitation", "offered", "florist", "link"),
    "connections": ("vapi", "twilio"),
    "onboarding": ("vapi", "twilio", "assistant"),
    "assistants": ("assistant", "vapi", "twilio"),
    "desk": ("call", "assistant"),
}
# Not those that a secret opens instead of a session.
ROUTES = [route for route in PAGES if not route.name.startswith(("sandbox:", "webhooks:"))]


def app_of(route: Route) -> str:
    return route.name.rpartition(":")[0]


class Moment:
    """Deletes rows before the query number `at` of a view that is outside of a transaction."""

    def __init__(self) -> None:
        self.delete: Callable[[], Any] | None = None
        self.at = -1
        self.seen = 0
        self.is_armed = False

    def pass_by(self) -> None:
        if not self.is_armed or connection.in_atomic_block:
            return
        self.seen += 1
        if self.delete is not None and self.seen == self.at:
            self.is_armed = False
            self.delete()
            self.is_armed = True

    def before_query(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith("BEGIN"):
            self.pass_by()
        return execute(sql, params, many, context)


moment = Moment()


class AfterTheGuard:
    """The last middleware: what comes now is the view."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_view(self, request: Any, *_view: Any) -> None:
        moment.is_armed = True


@dataclass
class World:
    """One user who may do everything, and a row for each part of a path."""

    user: User
    form: dict[str, Any]
    parts: dict[str, Any]
    victims: dict[str, Model]
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.client.force_login(self.user)
        self.client.raise_request_exception = False
        self.victims["session"] = AuthSession.objects.filter(user=self.user).latest("created_at")


def make_world(route: Route) -> World:
    in_setup = route.name.startswith("onboarding:")
    bakery = OrganizationFactory(
        name="Boulangerie Martin", slug="bakery", **({"setup_completed_at": None} if in_setup else {})
    )
    own = MembershipFactory(
        organization=bakery, role=Role.OWNER, user__email="owner@example.com", user__is_staff=True
    )
    MembershipFactory(organization=bakery, role=Role.OWNER)
    other = MembershipFactory(organization=bakery)
    invitation, _secret = make_invitation(bakery, invited_by=own.user)
    florist = MembershipFactory(organization__slug="florist", role=Role.OWNER)
    offered, secret = make_invitation(florist.organization, email=own.user.email, invited_by=florist.user)
    vapi = connect_to_vapi(bakery)
    values = sandbox_credentials(bakery)
    login = {name: values[name] for name in ("endpoint", "account_sid", "auth_token", "phone_number")}
    twilio = TwilioConnectionFactory(organization=bakery, **login, vapi_number_id="n", number_state="in_step")
    assistant = AssistantFactory(organization=bakery, answers_calls=True)
    Line.objects.create(organization=bakery)
    Avatar.objects.create(user=own.user, picture=b"x", digest="x")
    client = Client()
    client.force_login(own.user)
    elsewhere = AuthSession.objects.get(user=own.user)
    link = make_link(own.user)
    form = {**data_of(), **typed_into(assistant), **values, "timezone": "Europe/Paris", "locale": "fr"}
    form |= {"email": "new@example.org", "role": "viewer", "to": MINE, "number": MINE, "text": "Bonjour"}
    form |= {"request": str(link.token.id), "code": "000000", "language": "fr", "next": "/fr/", "remove": "1"}
    form |= {"token": secret if route.name == "organizations:accept" else link.secret, "name": "Martin"}
    if route.name == "accounts:avatar":
        del form["remove"]
        form["picture"] = SimpleUploadedFile("me.png", picture())
    form["confirmation"] = own.user.email if route.name == "accounts:close" else bakery.name
    parts = {
        "slug": bakery.slug, "assistant_id": assistant.id, "provider": "twilio", "member_id": other.id,
        "invitation_id": offered.id if route.name == "organizations:offered" else invitation.id,
        "session_id": elsewhere.id, "membership_id": own.id, "digest": "x", "key": "twilio", "call_id": "call-1",
    }  # fmt: skip
    victims = {
        "user": own.user, "membership": own, "organization": bakery, "assistant": assistant, "vapi": vapi,
        "twilio": twilio, "other": other, "invitation": invitation, "offered": offered, "elsewhere": elsewhere,
        "link": link.token, "florist": florist.organization,
    }  # fmt: skip
    if "call_id" in dict(route.parts) and route.name.startswith("sandbox_page"):
        parts["call_id"] = "00000000-0000-0000-0000-000000000007"
    if route.name.startswith(("calls:", "contacts:")):
        turn = TurnFactory(call__organization=bakery, call__assistant=assistant)
        note = CallNote.objects.create(call=turn.call, author=own.user, author_name="x", text="x")
        parts |= {"call_id": turn.call_id, "key": turn.call_id, "note_id": note.id}
    if route.name.startswith("desk:"):
        call = ask_desk(bakery, assistant=assistant, unanswered=["Livrez-vous ?"])
        item = call.desk_link.item
        victims |= {"call": call}
        parts |= {"item_id": item.id, "question_id": Asking.objects.get(call=call).question_id}
        form |= {"id": str(item.id), "until": "morning", "urgency": "urgent", "member": str(other.id)}
        form |= {"question": "Livrez-vous ?", "answer": "Oui."}
    return World(own.user, form, parts, victims)


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64)).save(file, "PNG")
    return file.getvalue()


def clear_world() -> None:
    for model in (DBTaskResult, AuditEvent, Organization, User, LoginToken):
        model._default_manager.all().delete()
    for name in ("Delivery", "Call", "Chat", "PhoneNumber", "Assistant", "Trouble", "TwilioCall"):
        getattr(sandbox_models, name).objects.all().delete()


@pytest.fixture
def watched(sandbox, settings, monkeypatch) -> Iterator[Moment]:
    settings.MIDDLEWARE = [*django_settings.MIDDLEWARE, "avafirst.tests.test_deleted_rows.AfterTheGuard"]
    start = connection.set_autocommit

    def set_autocommit(autocommit: bool, *rest: Any, **options: Any) -> None:
        if not autocommit:
            moment.pass_by()
        start(autocommit, *rest, **options)

    monkeypatch.setattr(connection, "set_autocommit", set_autocommit)
    with connection.execute_wrapper(moment.before_query):
        yield moment
    moment.is_armed = False


def ask(world: World, route: Route, method: str) -> int:
    moment.seen, moment.is_armed = 0, False
    url = route.url(**world.parts)
    status = (world.client.get(url) if method == "get" else world.client.post(url, world.form)).status_code
    moment.is_armed = False
    return status


def points_of(queries: int, share: str) -> Iterable[int]:
    return range(1, queries + 1) if share == "all" else sorted({1, queries // 2, queries} - {0})


def faults_of(watched: Moment, route: Route, method: str, share: str) -> Iterator[Any]:
    """What went wrong on a route: its name and method, the row that was deleted, before which query, and the answer."""
    watched.delete = None
    clear_world()
    assert ask(make_world(route), route, method) in ANSWERS | {400}, route.name
    points = points_of(watched.seen, share)
    also = ALSO.get(app_of(route), ())
    for name in GUARDED + also if share == "all" else ("user", "organization"):
        for watched.at in points:
            clear_world()
            world = make_world(route)
            rows = type(world.victims[name])._base_manager.filter(pk=world.victims[name].pk)
            watched.delete = rows.delete
            status = ask(world, route, method)
            came_back = watched.seen >= watched.at and rows.exists()
            if status not in ANSWERS or came_back:
                yield route.name, method, name, watched.at, status


@pytest.mark.parametrize("share", ["some", pytest.param("all", marks=pytest.mark.prove)])
@pytest.mark.parametrize("app", sorted({app_of(route) for route in ROUTES}))
def test_row_deleted_under_a_request_is_no_error(watched, app, share):
    own = [(route, method) for route in ROUTES if app_of(route) == app for method in ("get", "post")]
    wrong = [fault for route, method in own for fault in faults_of(watched, route, method, share)]
    watched.delete = None
    clear_world()
    assert wrong == []
