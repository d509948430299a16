"""Failures of a provider are shown beside the field, and typed values are kept."""

from typing import Any

import httpx2
import pytest
from django.utils.html import escape
from django.utils.translation import override

from accounts.tests.helpers import text_of
from connections.models import TwilioConnection, VapiConnection
from connections.problems import Problem, explain
from sandbox.trouble.switches import switch_on
from sandbox.twilio.accounts import CLOSED_SID, SILENT_NUMBER, SUSPENDED_SID, TEST_CREDENTIALS_SID

pytestmark = pytest.mark.django_db

VAPI = "onboarding/vapi"
TWILIO = "onboarding/twilio"

INVALID_KEY = httpx2.Response(
    401,
    json={
        "message": "Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa.",
        "error": "Unauthorized",
        "statusCode": 401,
    },
)
NOT_JSON = httpx2.Response(200, text="<html>Bad gateway</html>")
NOT_OURS = httpx2.Response(200, json={"message": "no list"})


def told(page: str, problem: str, provider: str, locale: str = "fr") -> bool:
    with override(locale):
        explanation = explain(problem, provider)
    return escape(explanation.what) in page and escape(explanation.remedy) in page


@pytest.fixture
def answer_with(monkeypatch):
    """Make both providers give one answer, or raise one error, for every request."""

    def speak(outcome: Any) -> None:
        def handle(request: httpx2.Request) -> httpx2.Response:
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        client = httpx2.Client(transport=httpx2.MockTransport(handle), trust_env=False)
        monkeypatch.setattr("core.http.client._client", lambda: client)

    return speak


@pytest.mark.parametrize("locale", ["fr", "he", "en"])
def test_wrong_key_is_reported_in_every_language(browser, works, answer_with, locale):
    answer_with(INVALID_KEY)
    answer = browser.post(f"/{locale}/{VAPI}", works)
    page = text_of(answer)
    assert answer.status_code == 422
    assert told(page, Problem.VAPI_KEY, "vapi", locale)
    assert 'id="id_private_key_error"' in page


def test_public_key_is_refused_without_a_request(browser, works):
    answer = browser.post(f"/fr/{VAPI}", works | {"private_key": "pk-7c1e0b52-9d1a-4c70"})
    assert answer.status_code == 422
    assert "clé publique" in text_of(answer)


REFUSED = {
    "wrong token": ({"auth_token": "0" * 32}, Problem.TWILIO_LOGIN, "auth_token"),
    "test credentials": (
        {"account_sid": TEST_CREDENTIALS_SID},
        Problem.TWILIO_TEST_CREDENTIALS,
        "account_sid",
    ),
    "suspended": ({"account_sid": SUSPENDED_SID}, Problem.TWILIO_SUSPENDED, "account_sid"),
    "closed": ({"account_sid": CLOSED_SID}, Problem.TWILIO_CLOSED, "account_sid"),
    "number of another account": (
        {"phone_number": "+33939035509"},
        Problem.NUMBER_NOT_OWNED,
        "phone_number",
    ),
    "number without a voice": ({"phone_number": SILENT_NUMBER}, Problem.NUMBER_NO_VOICE, "phone_number"),
}


@pytest.mark.parametrize(("change", "problem", "field"), REFUSED.values(), ids=REFUSED.keys())
def test_refusal_by_twilio_is_shown_beside_the_field(sandbox, browser, works, change, problem, field):
    typed = works | change
    answer = browser.post(f"/fr/{TWILIO}", typed)
    page = text_of(answer)
    assert answer.status_code == 422
    assert told(page, problem, "twilio")
    assert set(answer.context["form"].errors) == {field}
    assert f'id="id_{field}_error"' in page
    assert '<details class="help" open>' in page
    assert not TwilioConnection.objects.exists()
    shown = answer.context["form"]
    assert shown["account_sid"].value() == typed["account_sid"]
    assert shown["phone_number"].value() == typed["phone_number"]
    assert typed["account_sid"] in page
    assert typed["auth_token"] not in page


TROUBLES = [
    pytest.param("500", Problem.DOWN, id="down"),
    pytest.param("429", Problem.RATE_LIMITED, id="too many"),
    pytest.param("html", Problem.UNREADABLE_ANSWER, id="html"),
]


@pytest.mark.parametrize(("kind", "problem"), TROUBLES)
@pytest.mark.parametrize(("path", "provider"), [(VAPI, "vapi"), (TWILIO, "twilio")], ids=["vapi", "twilio"])
def test_provider_outage_is_reported_and_typed_values_are_kept(
    sandbox, browser, works, path, provider, kind, problem
):
    switch_on(provider, kind, seconds=0)
    answer = browser.post(f"/fr/{path}", works)
    page = text_of(answer)
    assert answer.status_code == 422
    with override("fr"):
        assert escape(explain(problem, provider).what) in page
    assert 'role="alert"' in page
    assert works["private_key"] not in page
    assert works["auth_token"] not in page
    form = answer.context["form"]
    kept = [name for name in form.fields if name not in {"private_key", "auth_token"}]
    assert {name: form[name].value() for name in kept} == {name: works[name] for name in kept}
    assert not VapiConnection.objects.exists()
    assert not TwilioConnection.objects.exists()


def test_account_without_credit_is_reported(sandbox, browser, works):
    switch_on("vapi", "402")
    assert told(text_of(browser.post(f"/fr/{VAPI}", works)), Problem.VAPI_NO_CREDIT, "vapi")


BREAKS = [
    pytest.param(httpx2.ReadTimeout("late"), Problem.SLOW, id="late"),
    pytest.param(httpx2.ConnectTimeout("later"), Problem.SLOW, id="no connection in time"),
    pytest.param(httpx2.ConnectError("refused"), Problem.DOWN, id="unreachable"),
    pytest.param(NOT_JSON, Problem.UNREADABLE_ANSWER, id="no JSON"),
    pytest.param(NOT_OURS, Problem.UNREADABLE_ANSWER, id="another shape"),
    pytest.param(httpx2.Response(403, json={"message": "no"}), Problem.FORBIDDEN, id="forbidden"),
]


@pytest.mark.variants
@pytest.mark.parametrize(("outcome", "problem"), BREAKS)
@pytest.mark.parametrize(("path", "provider"), [(VAPI, "vapi"), (TWILIO, "twilio")], ids=["vapi", "twilio"])
def test_broken_answer_never_breaks_the_page(browser, works, answer_with, path, provider, outcome, problem):
    answer_with(outcome)
    answer = browser.post(f"/fr/{path}", works)
    assert answer.status_code == 422
    assert told(text_of(answer), problem, provider)


def test_provider_outage_does_not_undo_a_step(sandbox, browser, works):
    browser.post(f"/fr/{VAPI}", works)
    switch_on("vapi", "500")
    page = text_of(browser.post(f"/fr/{VAPI}/check", follow=True))
    assert "n’a pas répondu cette fois" in page
    assert browser.get(f"/fr/{TWILIO}").status_code == 200


def test_refused_test_call_is_reported_beside_its_field(sandbox, browser, works):
    browser.post(f"/fr/{TWILIO}", works)
    switch_on("twilio", "500")
    answer = browser.post(f"/fr/{TWILIO}/ring", {"to": "+33612345678"})
    assert answer.status_code == 422
    assert told(text_of(answer), Problem.DOWN, "twilio")
    assert answer.context["ring_form"]["to"].value() == "+33612345678"
