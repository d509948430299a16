"""Taking an account back, and what becomes of the number."""

import pytest

from connections.models import TwilioConnection, VapiConnection
from connections.services import connection_cut
from connections.tests.wire import unreachable
from core.models import AuditEvent

pytestmark = pytest.mark.django_db

PAGE = "/fr/o/bakery/connections"


@pytest.fixture
def imported(twilio, wire):
    """The number, with Vapi."""
    wire.imported.append({"id": "number-at-vapi", "number": twilio.number})
    TwilioConnection.objects.update(vapi_number_id="number-at-vapi", number_state="in_step")
    return TwilioConnection.objects.get()


@pytest.mark.parametrize("provider", ["vapi", "twilio"])
def test_one_is_asked_before_anything_is_deleted(as_user, owner, vapi, twilio, provider):
    page = as_user(owner).get(f"{PAGE}/{provider}/disconnect")
    assert page.status_code == 200
    assert "Vos identifiants sont supprimés" in page.content.decode()
    assert (VapiConnection.objects.count(), TwilioConnection.objects.count()) == (1, 1)


def test_vapi_is_cut_and_gives_the_number_back(
    as_user, owner, bakery, vapi, imported, wire, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_user(owner).post(f"{PAGE}/vapi/disconnect")
    assert (answer.status_code, answer.url) == (302, PAGE)
    assert not VapiConnection.objects.exists()
    assert wire.imported == []
    row = TwilioConnection.objects.get()
    assert (row.number_state, row.vapi_number_id) == ("pending", "")
    assert AuditEvent.objects.get(organization_id=bakery.id).action == "connections.vapi_cut"
    assert "attend Vapi" in as_user(owner).get(PAGE).content.decode()


def test_twilio_is_cut_and_vapi_gives_the_number_back(as_user, owner, vapi, imported, wire, run_tasks):
    as_user(owner).post(f"{PAGE}/twilio/disconnect")
    assert not TwilioConnection.objects.exists()
    run_tasks()
    assert wire.imported == []


def test_vapi_that_is_away_keeps_nobody_from_leaving(
    as_user, owner, vapi, imported, wire, django_capture_on_commit_callbacks
):
    wire.broken = unreachable
    with django_capture_on_commit_callbacks(execute=True):
        assert as_user(owner).post(f"{PAGE}/vapi/disconnect").status_code == 302
    assert not VapiConnection.objects.exists()


def test_unreadable_key_keeps_nobody_from_leaving(as_user, owner, vapi, imported, settings):
    settings.FIELD_ENCRYPTION_KEYS = ["YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlci0="]
    assert as_user(owner).post(f"{PAGE}/vapi/disconnect").status_code == 302
    assert not VapiConnection.objects.exists()


def test_other_rooms_hear_of_it_while_it_is_still_there(as_user, owner, bakery, vapi):
    heard = []

    def hear(organization, provider, **_):
        heard.append((organization, provider, VapiConnection.objects.count()))

    connection_cut.connect(hear)
    try:
        as_user(owner).post(f"{PAGE}/vapi/disconnect")
    finally:
        connection_cut.disconnect(hear)
    assert heard == [(bakery, "vapi", 1)]


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_not_connected_cannot_be_cut(as_user, owner, method):
    assert getattr(as_user(owner), method)(f"{PAGE}/vapi/disconnect").status_code == 404


def test_organisation_that_ends_takes_its_number_from_vapi(
    as_user, owner, bakery, vapi, imported, wire, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        as_user(owner).post("/fr/o/bakery/settings/delete", {"confirmation": bakery.name})
    assert (VapiConnection.objects.count(), TwilioConnection.objects.count()) == (0, 0)
    assert wire.imported == []
