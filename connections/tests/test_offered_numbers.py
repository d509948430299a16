"""Numbers of the account at Twilio are offered to choose from, with what answers them today."""

import httpx2
import pytest
from django.conf import settings as django_settings

from accounts.tests.helpers import text_of
from connections.models import TwilioConnection
from connections.rate_limits import hit_attempt
from connections.tests.factories import TWILIO_SID, TWILIO_TOKEN
from connections.tests.wire import NUMBER, owned_number, refusal
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

PAGE = "/fr/o/bakery/connections/twilio"
SECOND = "+33939035502"
LOGIN = {"endpoint": "live", "account_sid": TWILIO_SID, "auth_token": TWILIO_TOKEN}
ANSWERS = {
    "nothing": ({}, "Rien n’y répond aujourd’hui"),
    "demonstration": (
        {"voice_url": "https://demo.twilio.com/welcome/voice/"},
        "Rien n’y répond aujourd’hui",
    ),
    "host": ({"voice_url": "https://old.example.com/hook?key=secret"}, "old.example.com y répond"),
    "Vapi": ({"voice_url": "https://api.vapi.ai/twilio/inbound_call"}, "Vapi y répond déjà"),
    "trunk": (
        {"voice_url": "https://old.example.com", "trunk_sid": "TK" + "2" * 32},
        f"SIP y répond aujourd’hui : TK{'2' * 32}",
    ),
    "application": (
        {"voice_url": "https://old.example.com", "voice_application_sid": "AP" + "3" * 32},
        f"Twilio y répond aujourd’hui : AP{'3' * 32}",
    ),
}


@pytest.fixture
def client(as_user, owner):
    return as_user(owner)


def ask(client, **changes):
    return client.post(f"{PAGE}/numbers", LOGIN | changes)


@pytest.mark.parametrize(("fields", "told"), ANSWERS.values(), ids=ANSWERS.keys())
def test_each_number_says_what_answers_it_today(client, wire, fields, told):
    wire.owned = [owned_number(NUMBER, **fields), owned_number(SECOND)]
    page = text_of(ask(client)).replace("\u00a0", " ")
    assert f'value="{NUMBER}"' in page
    assert "+33 9 39 03 55 02" in page
    assert told in page
    assert "vont à Vapi" in page
    assert "secret" not in page
    assert TWILIO_TOKEN not in page
    assert "checked" not in page


def test_only_number_is_chosen_already(client, wire):
    assert "checked" in text_of(ask(client))


def test_number_that_was_typed_stays_chosen(client, wire):
    wire.owned = [owned_number(NUMBER), owned_number(SECOND)]
    page = text_of(ask(client, phone_number="09 39 03 55 02"))
    assert page.index(SECOND) < page.index("checked")


def test_numbers_without_a_voice_are_left_out(client, wire):
    wire.owned = [owned_number(NUMBER, voice=False)]
    page = text_of(ask(client))
    assert NUMBER not in page
    assert "aucun numéro qui prenne des appels" in page
    assert 'type="tel"' in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"auth_token": "0" * 32}, "Auth Token"),
        ({"auth_token": ""}, "Auth Token"),
        ({"account_sid": ""}, "Account SID"),
    ],
    ids=["wrong token", "no token", "no account"],
)
def test_login_that_does_not_work_is_explained_in_place(client, wire, changes, told):
    page = text_of(ask(client, **changes))
    assert 'role="alert"' in page
    assert told in page
    assert 'type="tel"' in page
    assert "aucun numéro" not in page


def test_stored_token_needs_no_typing(client, wire, twilio):
    assert NUMBER in text_of(ask(client, account_sid=twilio.account_sid, auth_token=""))


def test_answer_of_twilio_that_fails_is_explained(client, wire):
    wire.broken = refusal(500)
    assert 'role="alert"' in text_of(ask(client))


def test_pages_are_followed_at_the_same_address_only(client, wire):
    asked = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        number = owned_number(f"+3393903550{len(asked)}")
        following = "https://evil.example/2010-04-01/x.json?PageSize=100&Page=1&PageToken=PA1&To=x"
        return httpx2.Response(200, json={"incoming_phone_numbers": [number], "next_page_uri": following})

    wire.broken = answer
    assert text_of(ask(client)).count('type="radio"') == 5
    assert len(asked) == 5
    assert all(url.startswith("https://api.twilio.com/2010-04-01/Accounts/") for url in asked)
    assert asked[1].endswith("?PageSize=100&Page=1&PageToken=PA1")


def test_check_without_a_number_offers_them_instead(client, wire):
    answer = client.post(PAGE, LOGIN | {"phone_number": ""})
    assert answer.status_code == 422
    assert f'value="{NUMBER}"' in text_of(answer)
    assert TWILIO_TOKEN not in text_of(answer)


def test_number_of_another_account_offers_those_of_this_one(client, wire):
    wire.owned = [owned_number(SECOND)]
    page = text_of(client.post(PAGE, LOGIN | {"phone_number": NUMBER}))
    assert f'value="{SECOND}"' in page
    assert client.post(PAGE, LOGIN | {"phone_number": SECOND}).status_code == 302
    assert TwilioConnection.objects.get().number == SECOND


def test_asking_counts_as_an_attempt(client, bakery, wire, settings):
    settings.AVA_RATE_LIMITS = True
    for _ in range(30):
        hit_attempt(bakery)
    assert "Réessayez" in text_of(ask(client))
    assert not wire.requests


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
def test_weak_role_asks_nothing(as_user, bakery, wire, role):
    client = as_user(MembershipFactory(organization=bakery, role=role).user)
    assert ask(client).status_code == 403
    assert not wire.requests


def test_sandbox_offers_its_numbers_in_the_set_up_too(sandbox, as_user, newcomer):
    login = {
        "endpoint": "sandbox",
        "account_sid": django_settings.SANDBOX_TWILIO_SID,
        "auth_token": django_settings.SANDBOX_TWILIO_TOKEN,
    }
    page = text_of(as_user(newcomer).post("/fr/onboarding/twilio/numbers", login))
    assert f'value="{django_settings.SANDBOX_PHONE_NUMBER}"' in page
    assert 'hx-post="/fr/onboarding/twilio/numbers"' in page
