"""Checks: a refusal counts at once, an unreachable provider after two misses."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from connections.health import checks
from connections.health.checks import check_connections
from connections.models import TwilioConnection, VapiConnection
from connections.problems import Problem
from connections.tests.factories import VapiConnectionFactory
from connections.tests.wire import html, owned_number, refusal, slow, told, unreachable
from core.models import AuditEvent
from core.queue.schedule import tick

pytestmark = pytest.mark.django_db

PAGE = "/fr/o/bakery/connections"
PASSING = {"down": unreachable, "slow": slow, "429": refusal(429), "500": refusal(500), "html": html}
LASTING = {"401": refusal(401), "402": refusal(402), "403": refusal(403)}


def state() -> tuple[str, str, int]:
    row = VapiConnection.objects.get()
    return row.state, row.problem, row.misses


@pytest.mark.parametrize("kind", PASSING)
def test_second_miss_in_a_row_counts_as_failing(wire, vapi, kind):
    wire.broken = PASSING[kind]
    checks.check(vapi)
    assert state() == ("ok", "", 1)
    checks.check(vapi)
    assert state()[0] == "failing"


def test_answer_in_between_resets_the_count(wire, vapi):
    for broken in (unreachable, None, unreachable):
        wire.broken = broken
        checks.check(vapi)
    assert state() == ("ok", "", 1)


@pytest.mark.parametrize("kind", LASTING)
def test_refusal_counts_at_once(wire, vapi, kind):
    wire.broken = LASTING[kind]
    checks.check(vapi)
    assert state()[0] == "failing"


def test_failure_keeps_its_start_and_cause_while_the_provider_is_down(wire, vapi):
    wire.broken = refusal(401)
    checks.check(vapi)
    since = VapiConnection.objects.get().failing_since
    for _ in range(3):
        wire.broken = unreachable
        checks.check(vapi)
    row = VapiConnection.objects.get()
    assert (row.problem, row.failing_since) == (Problem.VAPI_KEY, since)


def test_failing_connection_recovers_by_itself(wire, vapi):
    wire.broken = refusal(401)
    checks.check(vapi)
    wire.broken = None
    checks.check(vapi)
    row = VapiConnection.objects.get()
    assert (row.state, row.problem, row.failing_since, row.misses) == ("ok", "", None, 0)


def test_only_changes_are_audited(wire, vapi, bakery):
    for broken in (None, refusal(401), refusal(401), None, None):
        wire.broken = broken
        checks.check(vapi)
    events = AuditEvent.objects.for_organization(bakery.id).order_by("at")
    assert [(event.action, event.data["problem"], event.actor_id) for event in events] == [
        ("connections.vapi_failing", "vapi_key", None),
        ("connections.vapi_recovered", "", None),
    ]


@pytest.mark.parametrize(
    ("owned", "problem"),
    [([], Problem.NUMBER_NOT_OWNED), ([owned_number("+33939035501", voice=False)], Problem.NUMBER_NO_VOICE)],
    ids=["sold", "silent"],
)
def test_unusable_number_is_found(wire, twilio, owned, problem):
    wire.owned = owned
    checks.check(twilio)
    assert TwilioConnection.objects.get().problem == problem


def test_upgraded_account_is_no_longer_a_trial(wire, twilio):
    TwilioConnection.objects.update(is_trial=True)
    checks.check(TwilioConnection.objects.get())
    assert not TwilioConnection.objects.get().is_trial


def test_unreadable_secret_is_a_failure(vapi, settings, wire):
    settings.FIELD_ENCRYPTION_KEYS = ["YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlci0="]
    checks.check(VapiConnection.objects.get())
    assert state()[:2] == ("failing", Problem.UNREADABLE_SECRET)
    assert wire.requests == []


def test_answer_about_a_replaced_key_is_ignored(wire, vapi):
    wire.broken = refusal(401)
    VapiConnection.objects.update(revision=2)
    assert checks.check(vapi) is None
    assert state() == ("ok", "", 0)


def test_check_of_a_deleted_connection_does_nothing(wire, vapi):
    identity = vapi.id
    vapi.delete()
    checks.check_connection.call("vapi", str(identity))
    assert wire.requests == []


def test_every_quarter_of_an_hour_each_connection_has_a_task_of_its_own(wire, vapi, twilio, run_tasks):
    VapiConnectionFactory()
    now = timezone.now().replace(minute=0, second=1)
    name = check_connections.module_path
    assert [name in tick(now + timedelta(minutes=minutes)) for minutes in (0, 5, 15)] == [True, False, True]
    DBTaskResult.objects.all().delete()  # other apps have schedules too
    check_connections.enqueue()
    run_tasks()
    assert DBTaskResult.objects.filter(task_path__endswith="check_connection").count() == 3


def test_one_broken_provider_delays_no_other(wire, vapi, twilio, run_tasks):
    wire.accounts = {}
    check_connections.enqueue()
    run_tasks(failures=True)
    assert state()[0] == "failing"
    assert TwilioConnection.objects.get().checked_at > twilio.checked_at


def test_user_can_check_now(as_user, owner, vapi, wire):
    client = as_user(owner)
    assert "La connexion fonctionne" in client.post(f"{PAGE}/vapi/check", follow=True).content.decode()
    wire.broken = refusal(401)
    page = client.post(f"{PAGE}/vapi/check", follow=True).content.decode()
    assert page.count(told(Problem.VAPI_KEY, "vapi")) == 1
    wire.broken = None
    assert "La connexion fonctionne" in client.post(f"{PAGE}/vapi/check", follow=True).content.decode()


def test_first_miss_is_shown_to_the_user_who_checked(as_user, owner, vapi, wire):
    wire.broken = unreachable
    page = as_user(owner).post(f"{PAGE}/vapi/check", follow=True).content.decode()
    assert "n’a pas répondu cette fois" in page
    assert state()[0] == "ok"


@pytest.mark.parametrize("provider", ["vapi", "twilio", "other"])
def test_missing_connection_cannot_be_checked(as_user, owner, provider):
    assert as_user(owner).post(f"{PAGE}/{provider}/check").status_code == 404


@pytest.mark.slow
def test_manual_checks_are_limited(as_user, owner, vapi, wire, settings):
    settings.AVA_RATE_LIMITS = True
    client = as_user(owner)
    answers = [client.post(f"{PAGE}/vapi/check").status_code for _ in range(31)]
    assert answers[29:] == [302, 429]


def test_audit_says_that_the_product_found_it(as_user, owner, vapi, wire):
    client = as_user(owner)
    wire.broken = refusal(401)
    client.post(f"{PAGE}/vapi/check")
    page = client.get("/en/o/bakery/audit").content.decode()
    assert "<bdi>AvaFirst AI</bdi>" in page
    assert "Somebody unknown" not in page
