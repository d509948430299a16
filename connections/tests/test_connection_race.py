"""Concurrent requests and checks, in threads: one row per provider, and stale answers are ignored."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.test_redeem_race import race
from connections.health import checks
from connections.models import TwilioConnection, VapiConnection
from connections.phone_number import import_number
from connections.tests.factories import TWILIO_SID, TWILIO_TOKEN, VAPI_KEY
from connections.tests.wire import NUMBER, refusal
from core.models import AuditEvent
from core.queue.retry import PermanentError

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

PAGE = "/fr/o/bakery/connections"
OTHER_KEY = "another-key-of-vapi-altogether"
TWILIO = {"endpoint": "live", "account_sid": TWILIO_SID, "auth_token": TWILIO_TOKEN, "phone_number": NUMBER}


@pytest.fixture(autouse=True)
def _pages_without_words(monkeypatch):
    """Rendering pages would be slow and is not under test."""
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *args, **options: "")


def post(user: User, path: str, data: dict[str, Any]) -> Callable[[], int]:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return lambda: client.post(f"{PAGE}{path}", data).status_code


def test_two_clicks_make_one_connection(owner, admin, bakery, wire, round_):
    data = {"region": "eu", "private_key": VAPI_KEY}
    assert race(post(owner, "/vapi", data), post(admin, "/vapi", data)) == [302, 302]
    assert VapiConnection.objects.get(organization=bakery).private_key == VAPI_KEY
    actions = AuditEvent.objects.for_organization(bakery.id).values_list("action", flat=True)
    assert sorted(actions) == ["connections.vapi_connected", "connections.vapi_replaced"]


def test_both_accounts_at_once_end_in_one_import(owner, admin, bakery, wire, run_tasks, round_):
    vapi = {"region": "eu", "private_key": VAPI_KEY}
    assert race(post(owner, "/vapi", vapi), post(admin, "/twilio", TWILIO)) == [302, 302]
    run_tasks()
    assert TwilioConnection.objects.get(organization=bakery).number_state == "in_step"
    assert len(wire.asked("POST", "/phone-number")) == 1


def test_two_imports_at_once_leave_the_number_in_step(bakery, wire, vapi, twilio, round_):
    def run() -> int:
        # The second may find the number taken by the first.
        with suppress(PermanentError):
            import_number.call(str(bakery.id))
        return 1

    assert race(run, run) == [1, 1]
    assert TwilioConnection.objects.get().number_state == "in_step"
    assert len(wire.imported) == 1


def test_check_of_the_replaced_key_never_fails_the_new_one(owner, bakery, wire, vapi, round_):
    wire.accounts = {OTHER_KEY: []}  # the replaced key is refused
    replacing = post(owner, "/vapi", {"region": "eu", "private_key": OTHER_KEY})

    def checking() -> int:
        checks.check(VapiConnection.objects.get(pk=vapi.pk))
        return 1

    race(replacing, checking)
    row = VapiConnection.objects.get(organization=bakery)
    assert (row.private_key, row.state, row.problem) == (OTHER_KEY, "ok", "")


def test_connecting_and_disconnecting_at_once_leaves_one_row_at_most(
    owner, admin, bakery, wire, vapi, round_
):
    statuses = race(
        post(owner, "/vapi", {"region": "us", "private_key": VAPI_KEY}), post(admin, "/vapi/disconnect", {})
    )
    assert statuses == [302, 302]
    assert VapiConnection.objects.count() <= 1


def test_two_checks_at_once_audit_the_failure_once(bakery, wire, vapi, round_):
    wire.broken = refusal(401)

    def checking() -> int:
        checks.check(vapi)
        return 1

    race(checking, checking)
    assert VapiConnection.objects.get().state == "failing"
    assert AuditEvent.objects.for_organization(bakery.id).count() == 1


def test_checks_at_once_mail_each_member_once(owner, admin, wire, vapi, run_tasks, mailoutbox, round_):
    wire.broken = refusal(401)

    def checking() -> int:
        checks.check(VapiConnection.objects.get())
        return 1

    assert race(*[checking] * 6) == [1] * 6
    run_tasks()
    assert sorted(mail.to[0] for mail in mailoutbox) == [admin.email, owner.email]


def test_lost_number_found_by_many_checks_is_mailed_once(
    owner, wire, vapi, twilio, run_tasks, mailoutbox, round_
):
    TwilioConnection.objects.update(number_state="in_step", vapi_number_id="number-1")

    def checking() -> int:
        checks.check(VapiConnection.objects.get())
        return 1

    assert race(*[checking] * 6) == [1] * 6
    run_tasks()
    assert [mail.to for mail in mailoutbox] == [[owner.email]]
