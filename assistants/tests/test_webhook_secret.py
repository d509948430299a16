"""Every copy names our server and its secret; a replaced secret is accepted until every copy has the new one."""

import pytest

from assistants.models import Assistant
from assistants.services import create_assistant, delete_assistant, repair_assistant
from assistants.sync import drift
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import AssistantFactory, data_of
from assistants.tests.vapi import payload_of
from connections.models import VapiConnection
from connections.vapi.webhooks import find_connection, webhook_server
from core.models import AuditEvent
from organizations.models import Membership

pytestmark = pytest.mark.django_db

PATH = "/fr/o/bakery/connections"


@pytest.fixture
def actor(owner) -> Membership:
    return owner.memberships.select_related("organization").get()


@pytest.fixture
def assistant(connected, actor, run_tasks) -> Assistant:
    """An assistant whose copy has the secret."""
    made = create_assistant(actor=actor, data=data_of())
    run_tasks()
    return made


def secret_of(copy) -> str:
    return copy["server"]["headers"]["X-Vapi-Secret"]


def replace(client) -> None:
    response = client.post(f"{PATH}/vapi/webhook-secret")
    assert (response.status_code, response.url) == (302, PATH)


def test_copy_names_our_server(assistant, vapi, settings, bakery):
    server = vapi.only["server"]
    assert server["url"] == f"{settings.SITE_URL}/webhooks/vapi"
    assert {400, 401, 413} == set(server["backoffPlan"]["excludedStatusCodes"])
    assert vapi.only["serverMessages"] == ["status-update", "end-of-call-report"]
    found = find_connection(secret_of(vapi.only))
    assert found
    assert found.organization_id == bakery.id


def test_all_assistants_of_an_account_share_a_secret(assistant, vapi, actor, run_tasks):
    create_assistant(actor=actor, data=data_of(name="Emma"))
    run_tasks()
    assert len({secret_of(copy) for copy in vapi.assistants.values()}) == 1


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://console.example.org", True),
        ("http://127.0.0.1:8000", False),
        ("https://intranet.lan", False),
    ],
)
def test_real_account_is_told_of_a_server_that_it_can_reach(
    connected, vapi, actor, run_tasks, settings, address, told
):
    VapiConnection.objects.update(region="eu")
    settings.SITE_URL, settings.SITE_IS_HTTPS = address, address.startswith("https")
    settings.SITE_HOST = address.partition("://")[2].partition(":")[0]
    create_assistant(actor=actor, data=data_of())
    run_tasks()
    assert ("server" in vapi.only) is told


def test_page_says_where_calls_are_not_announced(connected, as_user, owner, settings):
    VapiConnection.objects.update(region="eu")
    page = as_user(owner).get(PATH).content.decode()
    assert "webhook-secret" not in page
    assert "Les appels sont relevés, pas annoncés" in page


def test_secret_is_stored_encrypted_and_shown_nowhere(assistant, vapi, as_user, owner):
    stored = VapiConnection.objects.values_list("webhook_secret", "webhook_secret_hash").get()
    page = as_user(owner).get(PATH).content.decode()
    assert secret_of(vapi.only) not in f"{stored} {page}"


def test_replaced_secret_is_accepted_until_every_copy_has_the_new_one(
    assistant, vapi, as_user, owner, run_tasks
):
    former = secret_of(vapi.only)
    replace(as_user(owner))
    assert find_connection(former)
    assert "ancien mot de passe" in as_user(owner).get(PATH).content.decode()
    run_tasks()
    assert find_connection(former) is None
    assert find_connection(secret_of(vapi.only))
    assert secret_of(vapi.only) != former
    assert AuditEvent.objects.filter(action="connections.webhook_secret_replaced").count() == 1


def test_assistant_that_is_out_of_step_keeps_the_former_secret_alive(
    assistant, vapi, as_user, owner, actor, run_tasks
):
    former = secret_of(vapi.only)
    Assistant.objects.update(sync_state=SyncState.OUT_OF_STEP, sync_problem="changed")
    replace(as_user(owner))
    run_tasks()
    assert find_connection(former)
    repair_assistant(actor=actor, assistant_id=assistant.id)
    run_tasks()
    assert find_connection(former) is None


def test_deletion_of_the_last_holder_ends_the_former_secret(
    assistant, vapi, as_user, owner, actor, run_tasks
):
    former = secret_of(vapi.only)
    Assistant.objects.update(sync_state=SyncState.OUT_OF_STEP, sync_problem="changed")
    replace(as_user(owner))
    delete_assistant(actor=actor, assistant_id=assistant.id)
    run_tasks()
    assert find_connection(former) is None


def test_without_assistants_the_former_secret_ends_at_once(assistant, vapi, as_user, owner):
    former = secret_of(vapi.only)
    Assistant.objects.all().delete()
    replace(as_user(owner))
    assert find_connection(former) is None


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"server": {"url": "https://elsewhere.example.com"}}, SyncState.OUT_OF_STEP),
        ({"serverMessages": ["hang"]}, SyncState.OUT_OF_STEP),
        ({"server": None}, SyncState.OUT_OF_STEP),
    ],
    ids=["url", "messages", "none"],
)
def test_another_server_is_drift(connected, vapi, bakery, run_tasks, change, state):
    made = AssistantFactory(organization=bakery)
    vapi.assistants[made.vapi_id] = {"id": made.vapi_id, **payload_of(made), **change}
    drift.compare_assistants.call()
    run_tasks()
    made.refresh_from_db()
    assert (made.sync_state, made.drift) == (state, ["settings"])


def test_secret_that_vapi_does_not_show_is_no_drift(connected, vapi, bakery, run_tasks):
    made = AssistantFactory(organization=bakery)
    payload = payload_of(made)
    hidden = {name: value for name, value in payload["server"].items() if name != "headers"}
    vapi.assistants[made.vapi_id] = {"id": made.vapi_id, **payload, "server": hidden}
    drift.compare_assistants.call()
    run_tasks()
    made.refresh_from_db()
    assert made.sync_state == SyncState.IN_STEP


def test_without_a_connection_there_is_nothing_to_replace(as_user, owner):
    assert as_user(owner).post(f"{PATH}/vapi/webhook-secret").status_code == 404


@pytest.mark.parametrize("who", ["viewer", "member"])
def test_secret_is_replaced_by_those_who_run_the_organisation(connected, as_user, request, who):
    client = as_user(request.getfixturevalue(who))
    assert client.post(f"{PATH}/vapi/webhook-secret").status_code == 403


def test_account_that_is_disconnected_meanwhile_has_no_server(connected):
    VapiConnection.objects.all().delete()
    assert webhook_server(connected) is None
