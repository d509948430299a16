"""A clock that was fast and came back: links, codes and sessions last no longer than usual, and new ones work."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.cleanup import shorten_links
from accounts.models import AuthSession, LoginToken
from accounts.secrets import new_secret
from accounts.tests.factories import make_link
from accounts.tests.helpers import text_of

pytestmark = pytest.mark.django_db

START = timezone.now()
FAST = timedelta(hours=2)
SENT, VERIFY = "/en/auth/sent", "/en/verify-magic-link"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(START + FAST, tick=False) as clock:
        yield clock


def test_the_cool_down_on_the_page_and_of_the_limit_is_over(owner, client, clock, settings):
    settings.AVA_RATE_LIMITS = True
    asked = client.post("/en/auth", {"email": owner.email})
    clock.move_to(START)
    assert 'data-seconds="30"' in text_of(client.get(asked.headers["Location"]))
    assert client.post("/en/auth", {"email": owner.email}).status_code == 303


def type_code(minted: Any, cookie: str) -> Any:
    client = Client()
    client.cookies["browser"] = cookie
    return client.post(SENT, {"request": str(minted.token.id), "code": minted.code})


@pytest.mark.parametrize("minutes", [0, 16])
def test_link_and_code_of_the_fast_clock_are_refused(owner, clock, minutes):
    cookie = new_secret()
    minted = make_link(owner, browser=cookie)
    clock.move_to(START + timedelta(minutes=minutes))
    assert Client().get(VERIFY, {"token": minted.secret}).status_code == 410
    assert Client().post(VERIFY, {"token": minted.secret}).status_code == 410
    assert type_code(minted, cookie).status_code == 422
    assert AuthSession.objects.count() == 0


@pytest.mark.parametrize(("minutes", "status"), [(9, 303), (14, 303), (16, 410)])
def test_once_it_is_cleaned_up_the_link_works_as_long_as_usual(owner, clock, minutes, status):
    minted, second = make_link(owner, browser=(cookie := new_secret())), make_link(owner)
    clock.move_to(START)
    shorten_links.call()
    clock.shift(timedelta(minutes=minutes))
    assert type_code(minted, cookie).status_code == (303 if minutes < 10 else 422)
    LoginToken.objects.filter(id=second.token.id).update(superseded_at=None)  # by the code
    assert Client().post(VERIFY, {"token": second.secret}).status_code == status


@pytest.fixture
def browser(owner: Any, as_user: Callable[..., Client]) -> Client:
    return as_user(owner)


PAGE = "/en/settings/security"


def test_a_session_of_the_fast_clock_goes_on_and_slides_as_usual(clock, browser):
    clock.move_to(START)
    assert browser.get(PAGE).status_code == 200
    row = AuthSession.objects.get()
    assert (row.last_seen_at, row.created_at, row.expire_date) == (START, START, START + timedelta(days=30))
    clock.shift(timedelta(days=31))
    assert browser.get(PAGE).status_code == 302


def test_a_session_dated_a_year_ahead_does_not_last_a_year(clock, owner, as_user):
    clock.move_to(START + timedelta(days=365))
    client = as_user(owner)
    clock.move_to(START)
    assert client.get(PAGE).status_code == 302
    assert as_user(owner).get(PAGE).status_code == 200


def test_a_session_dated_ahead_ends_after_90_days_however_it_is_used(clock, owner, as_user):
    clock.move_to(START + timedelta(days=40))
    client = as_user(owner)
    for day in range(0, 90, 20):
        clock.move_to(START + timedelta(days=day))
        assert client.get(PAGE).status_code == 200
    clock.move_to(START + timedelta(days=90))
    assert client.get(PAGE).status_code == 302
