"""The waiting list: open while sign-up is closed, the same answer for every address, deleted after a year."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.cleanup import clean_up
from accounts.models import User, WaitingAddress
from accounts.tests.factories import UserFactory
from accounts.tests.helpers import normalized, text_of
from accounts.waiting_list.rate_limits import PER_NEIGHBOURHOOD, PER_SUBSCRIBER
from accounts.waiting_list.services import RETENTION

pytestmark = pytest.mark.django_db

PAGE = "/he/waiting-list"


@pytest.fixture
def limits(settings):
    settings.AVA_RATE_LIMITS = True


def leave(client, address="Ada@Example.com", **headers):
    return client.post(PAGE, {"email": address}, headers=headers)


def test_stranger_is_led_from_the_first_page_to_the_list(client):
    assert '"/fr/waiting-list"' in text_of(client.get("/fr/"))
    assert '"/fr/waiting-list"' in text_of(client.get("/fr/auth"))


def test_address_is_noted_in_one_spelling_with_the_language(client):
    response = leave(client)
    assert (response.status_code, response.url) == (303, "/he/waiting-list/noted")
    row = WaitingAddress.objects.get()
    assert (row.email, row.locale) == ("ada@example.com", "he")
    assert client.get(response.url).status_code == 200


def test_address_is_on_the_list_once(client):
    for address in ("ada@example.com", "ADA@example.com"):
        assert leave(client, address).status_code == 303
    assert WaitingAddress.objects.count() == 1


def test_answer_and_queries_are_the_same_for_every_address(client, django_assert_num_queries):
    UserFactory(email="known@example.com")
    leave(client, "waiting@example.com")
    answers = set()
    for address in ("known@example.com", "waiting@example.com", "stranger@example.com"):
        with django_assert_num_queries(1):  # with limits off: one INSERT
            response = leave(client, address)
        answers.add((response.status_code, response.url, normalized(text_of(response))))
    assert len(answers) == 1


def test_no_account_comes_of_it(client):
    leave(client)
    assert not User.objects.exists()


@pytest.mark.parametrize("typed", ["", "ada", "ada@example", "а@example.com"])
def test_address_that_cannot_be_one_is_refused_with_a_sentence(client, typed):
    response = leave(client, typed)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in text_of(response)
    assert not WaitingAddress.objects.exists()


def test_network_that_leaves_too_many_is_told_to_wait(client, limits):
    for number in range(PER_SUBSCRIBER.hits):
        assert leave(client, f"a{number}@example.com").status_code == 303
    response = leave(client, "one.more@example.com")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert WaitingAddress.objects.count() == PER_SUBSCRIBER.hits


def test_neighbouring_networks_share_a_limit(client, settings, limits):
    settings.TRUSTED_PROXIES = 1
    statuses = [
        leave(client, f"a{number}@example.com", x_forwarded_for=f"2001:db8:0:{number:x}::1").status_code
        for number in range(PER_NEIGHBOURHOOD.hits + 1)
    ]
    assert statuses == [303] * PER_NEIGHBOURHOOD.hits + [429]


def test_list_is_closed_where_sign_up_is_open(client, settings):
    settings.AVA_SIGNUP = "open"
    for response in (client.get(PAGE), leave(client)):
        assert (response.status_code, response.url) == (302, "/he/auth")
    assert not WaitingAddress.objects.exists()
    assert "/waiting-list" not in text_of(client.get("/fr/"))
    assert "/waiting-list" not in text_of(client.get("/fr/auth"))


def test_old_addresses_and_those_with_an_account_are_deleted(client):
    for address in ("old@example.com", "new@example.com", "invited@example.com"):
        leave(client, address)
    late = timezone.now() - RETENTION - timedelta(minutes=1)
    WaitingAddress.objects.filter(email="old@example.com").update(created_at=late)
    UserFactory(email="invited@example.com")
    clean_up.call()
    assert WaitingAddress.objects.get().email == "new@example.com"


def test_page_says_how_long_the_address_is_kept(client):
    for page in ("/fr/waiting-list", "/fr/privacy"):
        assert f"{RETENTION.days}\N{NO-BREAK SPACE}jours" in text_of(client.get(page))


def test_staff_see_the_list_and_take_people_off(as_user, staff, client):
    leave(client)
    staff.is_superuser = True
    staff.save()
    admin = as_user(staff)
    assert "ada@example.com" in text_of(admin.get("/admin/accounts/waitingaddress/"))
    row = WaitingAddress.objects.get()
    assert admin.get("/admin/accounts/waitingaddress/add/").status_code == 403
    admin.post(f"/admin/accounts/waitingaddress/{row.pk}/delete/", {"post": "yes"})
    assert not WaitingAddress.objects.exists()
