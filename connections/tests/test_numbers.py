"""The import of the number into Vapi: once, also after failures and retries."""

import json

import pytest
from django_tasks_db.models import DBTaskResult

from connections.health.checks import check_connections
from connections.models import TwilioConnection, VapiConnection
from connections.phone_number import import_number, number_imported
from connections.problems import Problem
from connections.tests.factories import TWILIO_SID, TWILIO_TOKEN, VAPI_KEY
from connections.tests.wire import NUMBER, Answer, owned_number, refusal, told, unreachable

pytestmark = pytest.mark.django_db

PAGE = "/fr/o/bakery/connections"
VAPI = {"region": "eu", "private_key": VAPI_KEY}
TWILIO = {"endpoint": "live", "account_sid": TWILIO_SID, "auth_token": TWILIO_TOKEN, "phone_number": NUMBER}
OTHER_KEY = "another-key-of-vapi-altogether"


def number_row() -> TwilioConnection:
    return TwilioConnection.objects.get()


def connected(client, run_tasks) -> TwilioConnection:
    assert client.post(f"{PAGE}/vapi", VAPI).status_code == 302
    assert client.post(f"{PAGE}/twilio", TWILIO).status_code == 302
    run_tasks()
    return number_row()


@pytest.mark.parametrize("order", [("vapi", "twilio"), ("twilio", "vapi")], ids="-".join)
def test_number_is_imported_once_both_are_connected(as_user, owner, wire, run_tasks, order):
    client = as_user(owner)
    for provider in order:
        client.post(f"{PAGE}/{provider}", {"vapi": VAPI, "twilio": TWILIO}[provider])
        run_tasks()
    (asked,) = wire.asked("POST", "/phone-number")
    assert json.loads(asked.content) == {
        "provider": "twilio",
        "number": NUMBER,
        "twilioAccountSid": TWILIO_SID,
        "twilioAuthToken": TWILIO_TOKEN,
        "name": "Boulangerie Martin",
        "smsEnabled": False,
    }
    row = number_row()
    assert (row.number_state, row.vapi_number_id) == ("in_step", wire.imported[0]["id"])


def test_sandbox_imports_the_number(as_user, owner, bakery, sandbox, run_tasks, settings):
    client = as_user(owner)
    client.post(f"{PAGE}/vapi", {"region": "sandbox", "private_key": f"{settings.SANDBOX_VAPI_KEY}-bakery"})
    given = {"endpoint": "sandbox", "account_sid": settings.SANDBOX_TWILIO_SID}
    secret = {"auth_token": settings.SANDBOX_TWILIO_TOKEN, "phone_number": settings.SANDBOX_PHONE_NUMBER}
    client.post(f"{PAGE}/twilio", given | secret)
    run_tasks()
    assert number_row().number_state == "in_step"
    client.post(f"{PAGE}/twilio", given | secret)  # again: the existing import gets the login
    run_tasks()
    assert number_row().number_state == "in_step"


def test_task_that_runs_twice_imports_once(as_user, owner, bakery, wire, run_tasks):
    connected(as_user(owner), run_tasks)
    import_number.call(str(bakery.id))
    TwilioConnection.objects.update(number_state="pending", vapi_number_id="")
    import_number.call(str(bakery.id))
    assert len(wire.asked("POST", "/phone-number")) == 1
    changes = [json.loads(each.content) for each in wire.asked("PATCH", "/phone-number")]
    login = {"provider": "twilio", "twilioAccountSid": TWILIO_SID, "twilioAuthToken": TWILIO_TOKEN}
    assert changes.count(login) == 1
    assert number_row().number_state == "in_step"


def test_import_sends_a_signal(as_user, owner, bakery, wire, run_tasks):
    heard = []

    def hear(organization, **_):
        heard.append(organization)

    number_imported.connect(hear)
    try:
        connected(as_user(owner), run_tasks)
    finally:
        number_imported.disconnect(hear)
    assert heard == [bakery]


def test_import_survives_a_vapi_that_is_down(as_user, owner, wire, vapi, twilio, run_tasks):
    client = as_user(owner)
    client.post(f"{PAGE}/twilio/number")
    wire.broken = unreachable
    run_tasks(failures=True)
    waiting = DBTaskResult.objects.get(task_path__endswith="import_number")
    assert (waiting.status, len(waiting.worker_ids)) == ("READY", 1)
    row = number_row()
    assert (row.number_state, row.number_problem) == ("pending", Problem.DOWN)
    page = client.get(PAGE).content.decode()
    assert told(Problem.DOWN, "vapi") in page
    assert "Nous continuons d’essayer" in page
    wire.broken = None
    DBTaskResult.objects.update(run_after=waiting.enqueued_at)
    run_tasks(failures=True)
    assert (number_row().number_state, number_row().number_problem) == ("in_step", "")


@pytest.mark.parametrize(
    ("message", "problem"),
    [("Existing Phone Number", Problem.NUMBER_TAKEN), ("number must be ours", Problem.REFUSED)],
    ids=["taken", "refused"],
)
def test_refused_import_waits_for_a_retry_by_a_user(
    as_user, owner, wire, vapi, twilio, run_tasks, message, problem
):
    client = as_user(owner)
    client.post(f"{PAGE}/twilio/number")
    wire.broken = lambda request: (
        Answer(200, json=[]) if request.method == "GET" else refusal(400, message)(request)
    )
    run_tasks(failures=True)
    assert DBTaskResult.objects.get().status == "FAILED"
    assert (number_row().number_state, number_row().number_problem) == ("out_of_step", problem)
    assert told(problem, "vapi") in client.get(PAGE).content.decode()
    wire.broken = None
    assert client.post(f"{PAGE}/twilio/number").status_code == 302
    run_tasks(failures=True)
    assert number_row().number_state == "in_step"


def test_pending_import_is_queued_by_the_schedule(wire, vapi, twilio, run_tasks):
    check_connections.enqueue()
    run_tasks()
    assert number_row().number_state == "in_step"


def test_number_deleted_at_vapi_is_noticed(as_user, owner, wire, run_tasks):
    client = as_user(owner)
    connected(client, run_tasks)
    wire.imported.clear()
    client.post(f"{PAGE}/vapi/check")
    assert (number_row().number_state, number_row().number_problem) == ("out_of_step", Problem.GONE)


def test_another_vapi_account_gets_the_number_and_the_replaced_one_loses_it(as_user, owner, wire, run_tasks):
    client = as_user(owner)
    before = connected(client, run_tasks)
    wire.accounts[OTHER_KEY] = []
    client.post(f"{PAGE}/vapi", VAPI | {"private_key": OTHER_KEY})
    (released,) = wire.asked("DELETE", "/phone-number")
    assert released.url.path.endswith(before.vapi_number_id)
    assert released.headers["authorization"] == f"Bearer {VAPI_KEY}"
    run_tasks()
    assert number_row().number_state == "in_step"
    assert [each["id"] for each in wire.accounts[OTHER_KEY]] == [number_row().vapi_number_id]


def test_new_key_of_the_same_account_leaves_the_number_there(as_user, owner, wire, run_tasks):
    client = as_user(owner)
    before = connected(client, run_tasks)
    wire.accounts[OTHER_KEY] = wire.imported
    client.post(f"{PAGE}/vapi", VAPI | {"private_key": OTHER_KEY})
    run_tasks()
    assert wire.asked("DELETE", "/phone-number") == []
    assert (number_row().number_state, number_row().vapi_number_id) == ("in_step", before.vapi_number_id)


def test_replaced_key_may_no_longer_work(as_user, owner, wire, run_tasks):
    client = as_user(owner)
    connected(client, run_tasks)
    wire.accounts = {OTHER_KEY: []}
    assert client.post(f"{PAGE}/vapi", VAPI | {"private_key": OTHER_KEY}).status_code == 302
    assert VapiConnection.objects.get().private_key == OTHER_KEY


def test_another_number_replaces_the_former(as_user, owner, wire, run_tasks):
    client = as_user(owner)
    before = connected(client, run_tasks)
    wire.owned.append(owned_number("+33939035503"))
    client.post(f"{PAGE}/twilio", TWILIO | {"phone_number": "+33939035503"})
    run_tasks()
    assert [each["number"] for each in wire.imported] == ["+33939035503"]
    assert number_row().vapi_number_id not in {"", before.vapi_number_id}


def test_answer_about_replaced_credentials_changes_nothing(as_user, owner, bakery, wire, vapi, twilio):
    def replace_meanwhile(request):
        wire.broken = None
        TwilioConnection.objects.update(revision=7)
        return wire(request)

    wire.broken = replace_meanwhile
    import_number.call(str(bakery.id))
    assert (number_row().number_state, number_row().vapi_number_id) == ("pending", "")


def test_retry_without_a_number_is_not_found(as_user, owner, vapi):
    assert as_user(owner).post(f"{PAGE}/twilio/number").status_code == 404
