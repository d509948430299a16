"""Credentials are stored encrypted in one column and are sent only to their provider."""

import io
import json
import logging
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django_tasks_db.models import DBTaskResult

from accounts.tests.helpers import dump
from accounts.tests.test_secrecy import log  # noqa: F401 - a fixture
from connections.health import checks
from connections.models import TwilioConnection, VapiConnection
from connections.tests.factories import TWILIO_SID, TWILIO_TOKEN, VAPI_KEY
from connections.tests.wire import NUMBER, Answer, refusal, secrets_in, unreachable
from core.log_format import PlainFormatter

pytestmark = pytest.mark.django_db

PAGE = "/fr/o/bakery/connections"
VAPI = {"region": "eu", "private_key": VAPI_KEY}
TWILIO = {"endpoint": "live", "account_sid": TWILIO_SID, "auth_token": TWILIO_TOKEN, "phone_number": NUMBER}


@pytest.fixture
def entrusted(as_user, owner, wire, run_tasks) -> Client:
    """A client that has connected both accounts through the pages."""
    client = as_user(owner)
    assert client.post(f"{PAGE}/vapi", VAPI).status_code == 302
    assert client.post(f"{PAGE}/twilio", TWILIO).status_code == 302
    run_tasks()
    return client


def echo(request: Any) -> Answer:
    """A provider that repeats the credentials in its answer."""
    heard = f"{request.headers['authorization']} {request.content.decode()}"
    ours = TWILIO_TOKEN if request.url.host == "api.twilio.com" else VAPI_KEY
    said = f"You said {heard}, so {ours}" + (f" and {TWILIO_TOKEN}" if TWILIO_TOKEN in heard else "")
    return Answer(400, json={"message": [said], "error": said})


def test_canaries_are_really_there(entrusted):
    assert (VapiConnection.objects.get().private_key, TwilioConnection.objects.get().auth_token) == (
        VAPI_KEY,
        TWILIO_TOKEN,
    )


def test_database_and_its_dumps_hold_none(entrusted):
    assert secrets_in(json.dumps(dump())) == []
    out = io.StringIO()
    call_command("dumpdata", "connections", "core", "django_tasks_database", stdout=out)
    assert "connections.vapiconnection" in out.getvalue()
    assert secrets_in(out.getvalue()) == []


def test_pages_hold_none(entrusted):
    for path in ("", "/vapi", "/twilio", "/vapi/disconnect", "/twilio/disconnect"):
        answer = entrusted.get(f"{PAGE}{path}")
        assert answer.status_code == 200
        assert secrets_in(answer.content.decode()) == []
    assert secrets_in(entrusted.get("/fr/o/bakery/audit").content.decode()) == []


def test_admin_holds_none(entrusted, as_user, staff):
    client = as_user(staff)
    for model in (VapiConnection, TwilioConnection):
        base = f"/admin/connections/{model._meta.model_name}/"
        for path in (base, f"{base}{model.objects.get().pk}/change/"):
            answer = client.get(path)
            assert answer.status_code == 200
            assert secrets_in(answer.content.decode()) == []
            assert "gAAAA" not in answer.content.decode()


def test_operator_can_queue_checks(entrusted, as_user, staff, run_tasks, wire):
    wire.requests.clear()
    chosen = {"action": "check_now", "_selected_action": [str(VapiConnection.objects.get().pk)]}
    assert as_user(staff).post("/admin/connections/vapiconnection/", chosen).status_code == 302
    run_tasks()
    assert len(wire.asked("GET", "/assistant")) == 1


@pytest.mark.variants
@pytest.mark.parametrize("broken", [refusal(401), unreachable, echo], ids=["refused", "away", "echo"])
def test_logs_hold_none_whatever_providers_answer(entrusted, wire, run_tasks, log, broken):  # noqa: F811
    wire.broken = broken
    entrusted.post(f"{PAGE}/vapi", VAPI)
    entrusted.post(f"{PAGE}/twilio", TWILIO)
    entrusted.post(f"{PAGE}/twilio/test-call", {"to": "+33199001234"})
    for row in (VapiConnection.objects.get(), TwilioConnection.objects.get()):
        checks.check(row)
    assert "api.eu.vapi.ai" in log.getvalue()
    assert secrets_in(log.getvalue()) == []


@pytest.mark.parametrize("known", [False, True], ids=["new", "imported-before"])
def test_queue_holds_none_whatever_vapi_answers(entrusted, wire, run_tasks, log, known):  # noqa: F811
    if not known:
        wire.imported.clear()
    listed = list(wire.imported)
    wire.broken = lambda request: Answer(200, json=listed) if request.method == "GET" else echo(request)
    entrusted.post(f"{PAGE}/twilio/number")
    run_tasks(failures=True)
    failed = DBTaskResult.objects.get(status="FAILED", task_path__endswith="import_number")
    assert "PermanentError" in failed.traceback
    assert secrets_in(f"{failed.traceback} {failed.args_kwargs}") == []
    assert secrets_in(json.dumps(dump()) + log.getvalue()) == []


@pytest.mark.variants
@pytest.mark.parametrize("debug", [False, True], ids=["production", "debug"])
@pytest.mark.parametrize(("path", "given"), [("vapi", VAPI), ("twilio", TWILIO)], ids=["vapi", "twilio"])
def test_error_page_and_its_log_hold_none(
    as_user, owner, wire, log, monkeypatch, settings, path, given, debug  # noqa: F811
):  # fmt: skip
    def fail(*args: Any, **options: Any) -> None:
        raise RuntimeError("broken in the middle")

    monkeypatch.setattr("core.http.client._exchange", fail)
    settings.DEBUG = debug
    client = as_user(owner)
    client.raise_request_exception = False
    answer = client.post(f"{PAGE}/{path}", given)
    assert answer.status_code == 500
    assert "broken in the middle" in log.getvalue()
    assert secrets_in(log.getvalue()) == []
    if not debug:
        assert secrets_in(answer.content.decode()) == []


def test_formatters_print_none_of_a_row(entrusted):
    record = logging.LogRecord("connections", logging.INFO, "", 0, "%r %s", (), None)
    record.args = (VapiConnection.objects.get(), vars(TwilioConnection.objects.get()))
    assert secrets_in(PlainFormatter().format(record)) == []
    assert secrets_in(repr(VapiConnection.objects.get().client())) == []
