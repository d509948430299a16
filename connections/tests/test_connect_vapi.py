"""Connecting Vapi: answers of the page, stored rows, audit events."""

import re

import pytest

from connections.models import VapiConnection
from connections.problems import Problem
from connections.tests.factories import VAPI_KEY
from connections.tests.wire import html, refusal, slow, told, unreachable
from core.models import AuditEvent

pytestmark = pytest.mark.django_db

PAGE = "/fr/o/bakery/connections"
FORM = f"{PAGE}/vapi"


def typed(**fields):
    return {"region": "eu", "private_key": VAPI_KEY} | fields


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_accepted_key_is_stored(request, as_user, bakery, wire, role):
    user = request.getfixturevalue(role)
    answer = as_user(user).post(FORM, typed())
    assert (answer.status_code, answer.url) == (302, PAGE)
    kept = VapiConnection.objects.get(organization=bakery)
    assert (kept.region, kept.private_key, kept.key_hint, kept.state) == ("eu", VAPI_KEY, "pi77", "ok")
    assert kept.connected_by == user
    (asked,) = wire.requests
    assert str(asked.url) == "https://api.eu.vapi.ai/assistant?limit=1"


def test_connecting_is_audited_without_the_key(as_user, owner, bakery, wire):
    client = as_user(owner)
    client.post(FORM, typed())
    client.post(FORM, typed(region="us"))
    first, second = AuditEvent.objects.for_organization(bakery.id).order_by("at")
    assert (first.action, second.action) == ("connections.vapi_connected", "connections.vapi_replaced")
    assert (first.actor_id, first.data) == (owner.id, {"region": "eu"})
    page = client.get("/fr/o/bakery/audit").content.decode()
    assert "A connecté Vapi" in page
    assert "A remplacé la clé de Vapi" in page


@pytest.mark.parametrize(
    "pasted",
    [f"  {VAPI_KEY}\r\n", f"Bearer {VAPI_KEY}", f'"{VAPI_KEY}"', f"\u200e{VAPI_KEY}\ufeff\u00a0"],
    ids=["spaces", "bearer", "quotes", "invisible"],
)
def test_white_space_and_quotes_around_a_pasted_key_are_dropped(as_user, owner, wire, pasted):
    assert as_user(owner).post(FORM, typed(private_key=pasted)).status_code == 302
    assert VapiConnection.objects.get().private_key == VAPI_KEY


@pytest.mark.variants
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"private_key": ""}, "Collez votre clé privée"),
        ({"private_key": "pk-7c1e0b52-9d1a-4c70"}, "clé publique"),
        ({"private_key": "AC0123456789abcdef0123456789abcdef"}, "vient de Twilio"),
        ({"private_key": "clé"}, "ne ressemble pas"),
        ({"private_key": "https://dashboard.vapi.ai"}, "ne ressemble pas"),
        ({"private_key": "x" * 300}, "trop long"),
        ({"region": "mars"}, "Choisissez une région"),
    ],
    ids=["none", "public", "twilio", "short", "address", "page", "region"],
)
def test_malformed_input_is_reported_without_asking_vapi(as_user, owner, wire, fields, said):
    answer = as_user(owner).post(FORM, typed(**fields))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert wire.requests == []
    assert not VapiConnection.objects.exists()


@pytest.mark.variants
@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (refusal(401), Problem.VAPI_KEY),
        (refusal(402), Problem.VAPI_NO_CREDIT),
        (refusal(403), Problem.FORBIDDEN),
        (refusal(429), Problem.RATE_LIMITED),
        (refusal(500), Problem.DOWN),
        (unreachable, Problem.DOWN),
        (slow, Problem.SLOW),
        (html, Problem.UNREADABLE_ANSWER),
    ],
    ids=["401", "402", "403", "429", "500", "unreachable", "slow", "html"],
)
def test_page_says_what_vapi_did_and_keeps_the_region(as_user, owner, wire, broken, problem):
    wire.broken = broken
    answer = as_user(owner).post(FORM, typed())
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told(problem, "vapi") in page
    assert re.search('<input[^>]*value="eu"[^>]*checked', page)
    assert VAPI_KEY not in page
    assert not VapiConnection.objects.exists()


def test_refused_key_changes_nothing(as_user, owner, vapi, wire):
    wire.accounts = {}
    assert as_user(owner).post(FORM, typed(private_key="another-key-of-vapi")).status_code == 422
    kept = VapiConnection.objects.get()
    assert (kept.private_key, kept.revision, kept.state) == (VAPI_KEY, 1, "ok")


def test_new_key_ends_a_failure(as_user, owner, vapi, wire):
    VapiConnection.objects.update(
        state="failing", problem="vapi_key", failing_since=vapi.connected_at, misses=4
    )
    as_user(owner).post(FORM, typed(region="us"))
    kept = VapiConnection.objects.get()
    assert (kept.state, kept.problem, kept.failing_since, kept.misses, kept.revision) == (
        "ok",
        "",
        None,
        0,
        2,
    )


def test_stored_key_is_in_no_page(as_user, owner, vapi):
    client = as_user(owner)
    for path in (PAGE, FORM, f"{PAGE}/vapi/disconnect"):
        page = client.get(path).content.decode()
        assert VAPI_KEY not in page
    assert "••••pi77" in client.get(PAGE).content.decode()


def test_secret_is_hidden_while_typing(as_user, owner, vapi):
    page = as_user(owner).get(FORM).content.decode()
    field = page[page.index("<input", page.index('for="id_private_key"')) :].split(">")[0]
    assert 'type="password"' in field
    assert 'autocomplete="off"' in field
    assert "value=" not in field


def test_sandbox_fills_in_what_works(as_user, owner, bakery, sandbox):
    page = as_user(owner).get(f"{FORM}?sandbox=1").content.decode()
    key = f"vapi-sandbox-key-{bakery.id.hex[:12]}"
    assert f'value="{key}"' in page
    answer = as_user(owner).post(FORM, {"region": "sandbox", "private_key": key})
    assert (answer.status_code, answer.url) == (302, PAGE)
    assert VapiConnection.objects.get(organization=bakery).is_sandbox


def test_sandbox_that_is_off_is_not_offered(as_user, owner, settings, wire):
    settings.AVA_SANDBOX = False
    client = as_user(owner)
    for path in (PAGE, FORM, f"{FORM}?sandbox=1"):
        page = client.get(path).content.decode()
        assert not {word for word in ("mode d’essai", "vapi-sandbox", 'value="sandbox"') if word in page}
    assert client.post(FORM, typed(region="sandbox")).status_code == 422
    assert wire.requests == []


@pytest.mark.slow
def test_attempts_are_limited_to_thirty_an_hour(as_user, owner, settings, wire):
    settings.AVA_RATE_LIMITS = True
    client = as_user(owner)
    for _ in range(30):
        assert client.post(FORM, typed()).status_code == 302
    answer = client.post(FORM, typed(region="us"))
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
    assert VapiConnection.objects.get().region == "eu"


def test_role_lost_while_vapi_was_asked_connects_nothing(as_user, admin, bakery, wire, monkeypatch):
    def demote(client):
        admin.memberships.update(role="member")

    monkeypatch.setattr("connections.vapi.services.probe_vapi", demote)
    assert as_user(admin).post(FORM, typed()).status_code == 403
    assert not VapiConnection.objects.exists()


@pytest.mark.parametrize(
    ("url", "note"),
    [("http://localhost:8000", True), ("https://10.0.0.7", True), ("https://ava.example.com", False)],
    ids=["http", "private", "public"],
)
def test_page_says_where_vapi_cannot_reach_us(as_user, owner, vapi, settings, url, note):
    settings.SITE_IS_HTTPS = url.startswith("https")
    settings.SITE_HOST = url.partition("://")[2].partition(":")[0]
    page = as_user(owner).get(PAGE).content.decode()
    assert ("Les appels sont relevés" in page) == note


def test_unreadable_key_is_reported(as_user, owner, vapi, settings):
    settings.FIELD_ENCRYPTION_KEYS = ["YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlci0="]
    page = as_user(owner).get(PAGE)
    assert page.status_code == 200
    assert told(Problem.UNREADABLE_SECRET, "vapi") in page.content.decode()
    assert as_user(owner).get(FORM).status_code == 200


def test_ciphertext_moved_from_another_organisation_opens_nothing(as_user, outsider, vapi, twilio):
    florist = outsider.memberships.get().organization
    VapiConnection.objects.filter(id=vapi.id).update(organization=florist)
    moved = VapiConnection.objects.get(organization=florist)
    assert not moved.is_readable
    page = as_user(outsider).get("/fr/o/florist/connections")
    assert (page.status_code, VAPI_KEY in page.content.decode()) == (200, False)
