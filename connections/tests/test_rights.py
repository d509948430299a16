"""Only owners and administrators can change or use connections."""

from typing import Any

import pytest

from connections.models import TwilioConnection, VapiConnection
from connections.tests.factories import TWILIO_SID, TWILIO_TOKEN, VAPI_KEY

pytestmark = pytest.mark.django_db

POSTS = {
    "/vapi": {"region": "us", "private_key": VAPI_KEY},
    "/twilio": {
        "endpoint": "live",
        "account_sid": TWILIO_SID,
        "auth_token": TWILIO_TOKEN,
        "phone_number": "+33939035501",
    },
    "/vapi/check": {},
    "/vapi/disconnect": {},
    "/twilio/disconnect": {},
    "/twilio/number": {},
    "/twilio/test-call": {"to": "+33199001234"},
}


def rows() -> list[tuple[Any, ...]]:
    return [*VapiConnection.objects.values_list(), *TwilioConnection.objects.values_list()]


@pytest.mark.variants
@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("member", 403), ("outsider", 404)])
def test_other_roles_and_outsiders_change_and_use_nothing(
    request, as_user, vapi, twilio, wire, path, role, status
):
    before = rows()
    client = as_user(request.getfixturevalue(role))
    assert client.post(f"/fr/o/bakery/connections{path}", POSTS[path]).status_code == status
    assert rows() == before
    assert wire.requests == []


@pytest.mark.parametrize("path", POSTS)
def test_signed_out_users_are_redirected_to_sign_in(client, vapi, twilio, wire, path):
    answer = client.post(f"/fr/o/bakery/connections{path}", POSTS[path])
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/fr/auth")
    assert wire.requests == []


def test_each_organisation_sees_only_its_connections(as_user, outsider, owner, vapi, twilio):
    page = as_user(outsider).get("/fr/o/florist/connections").content.decode()
    assert vapi.key_hint not in page
    assert "non connecté" in page
