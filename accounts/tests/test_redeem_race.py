"""Races: one link, or two links of one user, open exactly one session. Real threads, through the views."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuthSession, LoginToken, User
from accounts.tests.factories import UserFactory, make_link
from core.models import AuditEvent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

VERIFY = "/fr/verify-magic-link"


@pytest.fixture(autouse=True)
def _pages_without_words(monkeypatch):
    """Skip rendering: these tests produce hundreds of refusals and check only the status."""
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *args, **options: "")


def race(*runners: Callable[[], int]) -> list[int]:
    """Start all at the same moment; what each returned. A runner that raises counts as 0."""
    gate, results = threading.Barrier(len(runners)), [0] * len(runners)

    def run(place: int, runner: Callable[[], int]) -> None:
        try:
            gate.wait(timeout=20)
            results[place] = runner()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def redeem(secret: str) -> Callable[[], int]:
    client = Client(raise_request_exception=False)
    return lambda: client.post(VERIFY, {"token": secret}).status_code


def test_32_threads_redeem_one_link_and_one_session_opens(rounds):
    user = UserFactory()
    for number in range(1, rounds + 1):
        minted = make_link(user)
        statuses = Counter(race(*[redeem(minted.secret) for _ in range(32)]))
        assert statuses == {303: 1, 410: 31}
        assert AuthSession.objects.filter(login_token=minted.token).count() == 1
        assert AuditEvent.objects.filter(action="accounts.signed_in").count() == number


def test_two_links_of_one_user_open_one_session(rounds):
    user = UserFactory()
    for number in range(1, rounds + 1):
        first, second = make_link(user), make_link(user)
        statuses = sorted(race(redeem(first.secret), redeem(second.secret)))
        assert statuses == [303, 410]
        assert AuthSession.objects.count() == number
        states = sorted(
            row.state for row in LoginToken.objects.filter(id__in=[first.token.id, second.token.id])
        )
        assert states == ["superseded", "used"]


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="there, all transactions wait for the one that writes"
)
def test_unusable_link_does_not_wait_for_the_users_lock():
    """Posting an expired link again and again must not wait for, or hold, the lock on its user's row."""
    user = UserFactory()
    old = make_link(user)
    LoginToken.objects.filter(id=old.token.id).update(superseded_at=timezone.now())
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        assert race(redeem(old.secret)) == [410]


def test_two_links_of_a_new_address_make_one_account(settings):
    settings.AVA_SIGNUP = "open"
    for number in range(5):
        address = f"new{number}@example.com"
        links = [make_link(None, email=address).secret for _ in range(2)]
        assert sorted(race(*[redeem(secret) for secret in links])) == [303, 410]
        assert AuthSession.objects.filter(user__email=address).count() == 1
