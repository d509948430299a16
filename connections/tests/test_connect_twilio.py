"""Connecting Twilio: answers of the page, stored rows, audit events."""

import pytest

from connections.models import TwilioConnection
from connections.problems import Problem
from connections.tests.factories import TWILIO_SID, TWILIO_TOKEN
from connections.tests.wire import NUMBER, html, owned_number, refusal, slow, told, unreachable
from core.models import AuditEvent

pytestmark = pytest.mark.django_db

PAGE = "/fr/o/bakery/connections"
FORM = f"{PAGE}/twilio"


def typed(**fields):
    given = {"account_sid": TWILIO_SID, "auth_token": TWILIO_TOKEN, "phone_number": NUMBER}
    return given | {"endpoint": "live"} | fields


def test_accepted_account_is_stored(as_user, owner, bakery, wire):
    answer = as_user(owner).post(FORM, typed())
    assert (answer.status_code, answer.url) == (302, PAGE)
    kept = TwilioConnection.objects.get(organization=bakery)
    assert (kept.account_sid, kept.auth_token, kept.token_hint) == (TWILIO_SID, TWILIO_TOKEN, "0777")
    assert (kept.number, kept.phone_number_sid, kept.number_state) == (NUMBER, "PN" + "1" * 32, "pending")
    event = AuditEvent.objects.get(action="connections.twilio_connected")
    assert event.data == {"number": NUMBER}


@pytest.mark.parametrize(
    ("zone", "locale", "number", "kept"),
    [
        ("Europe/Paris", "fr", "09 39 03 55 01", "+33939035501"),
        ("Asia/Jerusalem", "he", "03-971-0203", "+97239710203"),
        ("UTC", "he", "03-971-0203", "+97239710203"),
        ("Europe/Paris", "fr", "00972 3 971 0203", "+97239710203"),
        ("Asia/Jerusalem", "he", "+33 (0)9 39 03 55 01", "+33939035501"),
    ],
    ids=["paris", "jerusalem", "language", "abroad", "plus"],
)
def test_number_is_understood_in_national_notation(as_user, owner, bakery, wire, zone, locale, number, kept):
    bakery.timezone, bakery.locale = zone, locale
    bakery.save()
    wire.owned = [owned_number(kept)]
    assert as_user(owner).post(FORM, typed(phone_number=number)).status_code == 302
    assert TwilioConnection.objects.get().number == kept


@pytest.mark.variants
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"account_sid": ""}, "Collez votre Account SID"),
        ({"account_sid": "SK0123456789abcdef0123456789abcdef"}, "clé d’API"),
        ({"account_sid": "PN0123456789abcdef0123456789abcdef"}, "SID d’autre chose"),
        ({"account_sid": "AC0123"}, "32 caractères"),
        ({"auth_token": ""}, "Collez votre Auth Token"),
        ({"auth_token": TWILIO_SID}, "Ceci est un SID"),
        ({"auth_token": "0123"}, "32 lettres et chiffres"),
        ({"endpoint": "moon"}, "Choisissez un compte"),
    ],
    ids=[
        "no-sid", "api-key", "other-sid", "short-sid", "no-token", "sid-as-token", "short-token", "endpoint",
    ],
)  # fmt: skip
def test_malformed_input_is_reported_without_asking_twilio(as_user, owner, wire, fields, said):
    answer = as_user(owner).post(FORM, typed(**fields))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert wire.requests == []


@pytest.mark.variants
@pytest.mark.parametrize(
    ("number", "said"),
    [("", "Saisissez un numéro"), ("12", "pas un numéro de téléphone")],
    ids=["none", "short"],
)
def test_malformed_number_is_reported_and_the_numbers_of_the_account_are_only_read(
    as_user, owner, wire, number, said
):
    answer = as_user(owner).post(FORM, typed(phone_number=number))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert [(asked.method, asked.url.path.rpartition("/")[2]) for asked in wire.requests] == [
        ("GET", "IncomingPhoneNumbers.json")
    ]
    assert not TwilioConnection.objects.exists()


@pytest.mark.parametrize(
    ("account", "owned", "problem"),
    [
        ({"status": "suspended"}, [], Problem.TWILIO_SUSPENDED),
        ({"status": "closed"}, [], Problem.TWILIO_CLOSED),
        ({}, [owned_number("+339390355011")], Problem.NUMBER_NOT_OWNED),
        ({}, [owned_number(NUMBER, voice=False)], Problem.NUMBER_NO_VOICE),
    ],
    ids=["suspended", "closed", "not-owned", "silent"],
)
def test_unusable_account_or_number_is_reported(as_user, owner, wire, account, owned, problem):
    wire.account |= account
    wire.owned = owned
    answer = as_user(owner).post(FORM, typed())
    assert answer.status_code == 422
    assert told(problem, "twilio") in answer.content.decode()
    assert not TwilioConnection.objects.exists()


@pytest.mark.variants
@pytest.mark.parametrize(
    "broken",
    [refusal(401), refusal(403), refusal(429), refusal(500), unreachable, slow, html],
    ids=["401", "403", "429", "500", "unreachable", "slow", "html"],
)
def test_refusal_keeps_all_typed_values_but_the_token(as_user, owner, wire, broken):
    wire.broken = broken
    answer = as_user(owner).post(FORM, typed(phone_number="09 39 03 55 01"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{TWILIO_SID}"' in page
    assert 'value="09 39 03 55 01"' in page
    assert TWILIO_TOKEN not in page
    assert "field__error" in page or "note--bad" in page
    assert not TwilioConnection.objects.exists()


@pytest.mark.variants
@pytest.mark.parametrize(
    ("fields", "former"),
    [
        ({"voice_url": "https://old.example.com/answer?key=secret"}, "old.example.com"),
        ({"trunk_sid": "TK" + "2" * 32}, "TK" + "2" * 32),
        ({"voice_url": "https://demo.twilio.com/welcome/voice/"}, ""),
        ({"voice_url": "https://api.vapi.ai/twilio/inbound_call"}, ""),
        ({"voice_url": "https://["}, ""),
    ],
    ids=["address", "trunk", "demonstration", "vapi", "nonsense"],
)
def test_former_target_is_shown(as_user, owner, wire, fields, former):
    wire.owned = [owned_number(NUMBER, **fields)]
    page = as_user(owner).post(FORM, typed(), follow=True).content.decode()
    assert TwilioConnection.objects.get().former_target == former
    assert ("Jusqu’ici" in page) == bool(former)
    assert "secret" not in page.replace("secret.html", "")


def test_number_changes_without_the_token(as_user, owner, twilio, wire):
    wire.owned.append(owned_number("+33939035503"))
    answer = as_user(owner).post(FORM, typed(auth_token="", phone_number="+33939035503"))
    assert answer.status_code == 302
    kept = TwilioConnection.objects.get()
    assert (kept.number, kept.auth_token) == ("+33939035503", TWILIO_TOKEN)


def test_another_account_needs_its_own_token(as_user, owner, twilio, wire):
    other = "AC" + "9" * 32
    answer = as_user(owner).post(FORM, typed(auth_token="", account_sid=other))
    assert answer.status_code == 422
    assert wire.requests == []


def test_token_of_the_real_twilio_never_goes_to_the_sandbox(as_user, owner, twilio, wire):
    assert as_user(owner).post(FORM, typed(auth_token="", endpoint="sandbox")).status_code == 422
    assert wire.requests == []


def test_trial_account_is_marked(as_user, owner, wire):
    wire.account["type"] = "Trial"
    page = as_user(owner).post(FORM, typed(), follow=True).content.decode()
    assert "Un compte d’essai" in page


def test_sandbox_fills_in_what_works(as_user, owner, bakery, sandbox, settings):
    page = as_user(owner).get(f"{FORM}?sandbox=1").content.decode()
    given = {
        "endpoint": "sandbox",
        "account_sid": settings.SANDBOX_TWILIO_SID[:18] + bakery.id.hex[:16],  # its own
        "auth_token": settings.SANDBOX_TWILIO_TOKEN,
        "phone_number": settings.SANDBOX_PHONE_NUMBER,
    }
    assert all(f'value="{value}"' in page for value in given.values())
    assert as_user(owner).post(FORM, given).status_code == 302
    assert TwilioConnection.objects.get(organization=bakery).is_sandbox


def test_without_the_sandbox_there_is_no_choice_of_account(as_user, owner, settings, wire):
    settings.AVA_SANDBOX = False
    assert "endpoint" not in as_user(owner).get(FORM).content.decode()
    given = typed()
    del given["endpoint"]
    assert as_user(owner).post(FORM, given).status_code == 302
    assert TwilioConnection.objects.get().endpoint == "live"


def test_unreadable_token_must_be_entered_again(as_user, owner, twilio, settings, wire):
    settings.FIELD_ENCRYPTION_KEYS = ["YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlci0="]
    client = as_user(owner)
    assert client.post(FORM, typed(auth_token="")).status_code == 422
    assert client.post(FORM, typed()).status_code == 302
    assert TwilioConnection.objects.get().auth_token == TWILIO_TOKEN
