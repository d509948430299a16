"""Each statement in SQL does what its ORM form does: the same answer, the same rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.login import fast_path
from accounts.login.fast_path import LoginLink
from accounts.models import AuthSession, LoginToken, User
from accounts.secrets import digest
from accounts.tests.factories import UserFactory, make_link
from accounts.tests.helpers import dump

pytestmark = pytest.mark.django_db

SECRET = "s" * 43
BROWSER = digest("b" * 43)


@pytest.fixture(autouse=True)
def _stopped_clock():
    with time_machine.travel(timezone.now(), tick=False):
        yield


def columns(row: Model | None) -> dict[str, object] | None:
    if row is None:
        return None
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def outcome(run: Callable[[], Any]) -> tuple[Any, dict[str, list[tuple[str, ...]]]]:
    """What `run` returned and the tables after it; its changes are rolled back."""
    with transaction.atomic():
        returned, tables = run(), dump()
        transaction.set_rollback(True)
    return returned, tables


# A request for a link.


@pytest.mark.parametrize("address", ["owner@example.com", "unknown@example.com"])
@pytest.mark.parametrize("ip", [None, "192.0.2.7", "2001:db8::1"])
def test_request_is_the_row_of_the_orm(owner, address, ip):
    def insert(function: Callable[[LoginToken], None]) -> tuple[object, object]:
        request = LoginToken(
            id=owner.id,  # any id, but the same in both
            purpose=LoginToken.Purpose.LOGIN,
            email=address,
            locale="he",
            next_path="/fr/o/bakery?q=100%&été",
            masked=True,
            browser_hash=BROWSER,
            ip=ip,
            user_agent="Firefox '%s",
        )
        function(request)
        return columns(LoginToken.objects.get(id=request.id)), request.id

    fast = outcome(lambda: insert(fast_path.insert_request))
    assert fast == outcome(lambda: insert(fast_path.insert_request_by_orm))
    assert fast[0][0]["user_id"] == (owner.id if address == owner.email else None)


# Using a link.


def change(**fields: Any) -> Callable[[User], object]:
    return lambda user: LoginToken.objects.filter(token_hash=digest(SECRET)).update(**fields)


def sign_in_from(browser_hash: str) -> Callable[[User], object]:
    return lambda user: AuthSession.objects.create(
        user=user, browser_hash=browser_hash, session_key=digest(browser_hash), expire_date=timezone.now()
    )


HOUR = timedelta(hours=1)
# What happened before the link is used, and whether it can be: is_used, is_new_device.
SCENARIOS: dict[str, tuple[list[Callable[[User], Any]], bool, bool]] = {
    "first sign-in": ([], True, False),
    "known browser": ([sign_in_from(BROWSER), sign_in_from(digest("other"))], True, False),
    "new browser": ([sign_in_from(digest("other"))], True, True),
    "no browser": ([sign_in_from("")], True, True),
    "no user in the row": ([change(user=None)], True, False),
    "used": ([change(used_at=timezone.now(), used_via="link")], False, False),
    "replaced": ([change(superseded_at=timezone.now())], False, False),
    "expired": ([change(expires_at=timezone.now() - HOUR)], False, False),
    "no account": ([change(email="new@example.com", user=None)], False, False),
    "deactivated": ([lambda user: User.objects.filter(pk=user.pk).update(is_active=False)], True, False),
    "unknown": ([change(token_hash=digest("another"))], False, False),
    "another purpose": ([change(purpose=LoginToken.Purpose.INVITATION)], False, False),
}


def prepare(user: User) -> None:
    """A link of `user` with the secret, among others in all states, and links of another user."""
    link = make_link(user, browser="b" * 43, next_path="/fr/o/bakery").token
    LoginToken.objects.filter(id=link.id).update(token_hash=digest(SECRET), ip="192.0.2.7")
    make_link(user)
    LoginToken.objects.create(purpose="login", email=user.email, locale="fr")
    LoginToken.objects.filter(id=make_link(user).token.id).update(expires_at=timezone.now() - HOUR)
    LoginToken.objects.filter(id=make_link(user).token.id).update(used_at=timezone.now(), used_via="code")
    LoginToken.objects.filter(id=make_link(user).token.id).update(superseded_at=timezone.now() - HOUR)
    LoginToken.objects.create(purpose="email_change", email=user.email, user=user, locale="fr")
    make_link(UserFactory())


def readable(link: LoginLink) -> tuple[object, ...]:
    return columns(link.token), columns(link.user), link.is_used, link.is_new_device


@pytest.mark.parametrize("name", SCENARIOS)
def test_link_is_used_as_by_the_orm(owner, name):
    steps, is_used, is_new_device = SCENARIOS[name]
    prepare(owner)
    for step in steps:
        step(owner)

    def use(function: Callable[..., LoginLink]) -> tuple[object, ...]:
        return readable(function(digest(SECRET), via=LoginToken.Via.CODE, browser_hash=BROWSER))

    before = dump()
    fast = outcome(lambda: use(fast_path.use_login_link))
    assert fast == outcome(lambda: use(fast_path.use_login_link_by_orm))
    assert fast[0][2:] == (is_used, is_new_device)
    assert (fast[1] != before) == is_used


def test_used_link_replaces_the_other_open_ones_of_its_address(owner):
    prepare(owner)
    fast_path.use_login_link(digest(SECRET), via=LoginToken.Via.LINK, browser_hash="")
    now = timezone.now()
    link = LoginToken.objects.get(token_hash=digest(SECRET))
    assert (link.used_at, link.used_via, link.user, link.superseded_at) == (now, "link", owner, None)
    assert LoginToken.objects.filter(superseded_at=now, email=owner.email, purpose="login").count() == 3
    assert LoginToken.objects.filter(superseded_at=now).count() == 3


@pytest.mark.skipif(connection.vendor != "postgresql", reason="other databases run the ORM form")
def test_postgresql_needs_one_statement_for_each(owner):
    prepare(owner)
    with CaptureQueriesContext(connection) as queries:
        fast_path.use_login_link(digest(SECRET), via=LoginToken.Via.LINK, browser_hash=BROWSER)
        fast_path.insert_request(LoginToken(purpose="login", email=owner.email, locale="fr"))
    assert len(queries) == 2
