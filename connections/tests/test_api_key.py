"""Connecting Twilio with an API key in place of the account's token."""

import base64
import json

import httpx2
import pytest
from django.db import connection

from connections.health.checks import check
from connections.models import TwilioConnection
from connections.problems import Problem
from connections.tests.factories import TWILIO_SID, TWILIO_TOKEN, VAPI_KEY
from connections.tests.wire import NUMBER, Answer, told
from sandbox.models import PhoneNumber
from sandbox.twilio.accounts import API_KEY_SECRET, API_KEY_SID

pytestmark = pytest.mark.django_db

PAGE = "/fr/o/bakery/connections"
FORM = f"{PAGE}/twilio"
KEY_SID, SECRET = "SK0123456789abcdef0123456789abcdef", "AbCdEf0123456789AbCdEf0123456789"
KEY = {"auth_token": "", "api_key_sid": KEY_SID, "api_key_secret": SECRET}


def typed(**fields):
    return {"endpoint": "live", "account_sid": TWILIO_SID, "phone_number": NUMBER} | KEY | fields


@pytest.fixture
def keyed(wire, monkeypatch):
    """Twilio takes the key alone, and as a Standard key does not show the account."""
    login = f"Basic {base64.b64encode(f'{KEY_SID}:{SECRET}'.encode()).decode()}"
    answer = wire._twilio

    def twilio(request):
        if request.headers["authorization"] != login or request.url.path.endswith(f"{TWILIO_SID}.json"):
            return Answer(401, json={"code": 20003, "message": "Authenticate", "status": 401})
        request.headers["authorization"] = httpx2.BasicAuth(TWILIO_SID, TWILIO_TOKEN)._auth_header
        return answer(request)

    monkeypatch.setattr(wire, "_twilio", twilio)
    return wire


def test_key_is_stored_encrypted_and_used(as_user, owner, keyed):
    answer = as_user(owner).post(FORM, typed())
    assert (answer.status_code, answer.url) == (302, PAGE)
    kept = TwilioConnection.objects.get()
    assert (kept.account_sid, kept.api_key_sid, kept.secret, kept.hint) == (
        TWILIO_SID, KEY_SID, SECRET, SECRET[-4:],
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT auth_token FROM connections_twilioconnection")
        assert SECRET not in cursor.fetchone()[0]
    assert getattr(check(kept), "state", None) == "ok"


def test_vapi_imports_the_number_with_the_key(as_user, owner, keyed, run_tasks):
    client = as_user(owner)
    client.post(f"{PAGE}/vapi", {"region": "eu", "private_key": VAPI_KEY})
    client.post(FORM, typed())
    run_tasks()
    (asked,) = keyed.asked("POST", "/phone-number")
    body = json.loads(asked.content)
    assert (body["twilioAccountSid"], body["twilioApiKey"], body["twilioApiSecret"]) == (
        TWILIO_SID, KEY_SID, SECRET,
    )  # fmt: skip
    assert "twilioAuthToken" not in body


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"api_key_secret": ""}, "Collez le secret"),
        ({"api_key_sid": ""}, "Collez le SID"),
        ({"api_key_sid": TWILIO_SID}, "se compose de SK"),
        ({"api_key_sid": "SK12"}, "se compose de SK"),
        ({"api_key_secret": KEY_SID}, "Ceci est un SID"),
        ({"api_key_secret": "short"}, "compte 32 lettres"),
        ({"api_key_secret": "x" * 300}, "trop long"),
        ({"auth_token": TWILIO_TOKEN}, "pas les deux"),
        ({"account_sid": KEY_SID}, "son propre champ"),
        ({"api_key_sid": "", "api_key_secret": ""}, "Collez votre Auth Token"),
    ],
    ids=[
        "no-secret", "no-sid", "account-sid", "short-sid", "sid-as-secret", "short", "long", "both",
        "as-account", "none",
    ],
)  # fmt: skip
def test_malformed_key_is_reported_without_asking_twilio(as_user, owner, wire, fields, said):
    answer = as_user(owner).post(FORM, typed(**fields))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert SECRET not in page
    assert wire.requests == []


def test_refused_key_is_reported_beside_its_secret_with_the_regions(as_user, owner, wire):
    answer = as_user(owner).post(FORM, typed())
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told(Problem.TWILIO_LOGIN, "twilio") in page
    assert "IE1" in page
    assert list(answer.context["form"].errors) == ["api_key_secret"]
    assert SECRET not in page
    assert not TwilioConnection.objects.exists()


def test_stored_secret_is_kept_with_its_key_only(as_user, owner, keyed):
    client = as_user(owner)
    client.post(FORM, typed())
    assert client.post(FORM, typed(api_key_secret="")).status_code == 302
    assert TwilioConnection.objects.get().secret == SECRET
    other = typed(api_key_secret="", api_key_sid="SK" + "9" * 32)
    assert client.post(FORM, other).status_code == 422
    assert client.post(FORM, typed(api_key_secret="", api_key_sid="")).status_code == 422


def test_token_takes_the_place_of_a_key_and_back(as_user, owner, sandbox, settings, run_tasks):
    client = as_user(owner)
    client.post(f"{PAGE}/vapi", {"region": "sandbox", "private_key": f"{settings.SANDBOX_VAPI_KEY}-bakery"})
    own = {"endpoint": "sandbox", "account_sid": settings.SANDBOX_TWILIO_SID}
    own |= {"phone_number": settings.SANDBOX_PHONE_NUMBER}
    key = own | {"api_key_sid": API_KEY_SID, "api_key_secret": API_KEY_SECRET}
    token = own | {"api_key_sid": API_KEY_SID, "auth_token": settings.SANDBOX_TWILIO_TOKEN}
    for login, kept in ((key, API_KEY_SID), (token, ""), (key, API_KEY_SID)):
        assert client.post(FORM, login).status_code == 302
        run_tasks()
        row = TwilioConnection.objects.get()
        assert (row.api_key_sid, row.number_state) == (kept, "in_step")
        assert PhoneNumber.objects.get().body.get("twilioApiKey", "") == kept


def test_pages_name_the_key_and_never_its_secret(as_user, owner, keyed):
    client = as_user(owner)
    client.post(FORM, typed())
    page, form = (client.get(path).content.decode() for path in (PAGE, FORM))
    assert f"SK••••{KEY_SID[-4:]}" in page
    assert f'value="{KEY_SID}"' in form
    assert not [text for text in (page, form) if SECRET in text]
