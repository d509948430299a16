"""Disconnecting, and the release of the number."""

import pytest

from connections.models import TwilioConnection, VapiConnection
from connections.services import connection_cut
from connections.tests.wire import unreachable
from core.models import AuditEvent

pytestmark = pytest.mark.django_db

PAGE = "/fr/o/bakery/connections"


@pytest.fixture
def imported(twilio, wire):
    """The number, imported into Vapi."""
    wire.imported.append({"id": "number-at-vapi", "number": twilio.number})
    TwilioConnection.objects.update(vapi_number_id="number-at-vapi", number_state="in_step")
    return TwilioConnection.objects.get()


@pytest.mark.parametrize("provider", ["vapi", "twilio"])
def test_disconnecting_asks_for_confirmation(as_user, owner, vapi, twilio, provider):
    page = as_user(owner).get(f"{PAGE}/{provider}/disconnect")
    assert page.status_code == 200
    assert "Vos identifiants sont supprimés" in page.content.decode()
    assert (VapiConnection.objects.count(), TwilioConnection.objects.count()) == (1, 1)


def test_disconnecting_vapi_releases_the_number(
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


def test_disconnecting_twilio_releases_the_number_at_vapi(as_user, owner, vapi, imported, wire, run_tasks):
    as_user(owner).post(f"{PAGE}/twilio/disconnect")
    assert not TwilioConnection.objects.exists()
    run_tasks()
    assert wire.imported == []


def test_vapi_can_be_disconnected_while_it_is_down(
    as_user, owner, vapi, imported, wire, django_capture_on_commit_callbacks
):
    wire.broken = unreachable
    with django_capture_on_commit_callbacks(execute=True):
        assert as_user(owner).post(f"{PAGE}/vapi/disconnect").status_code == 302
    assert not VapiConnection.objects.exists()


def test_connection_with_an_unreadable_key_can_be_disconnected(as_user, owner, vapi, imported, settings):
    settings.FIELD_ENCRYPTION_KEYS = ["YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlci0="]
    assert as_user(owner).post(f"{PAGE}/vapi/disconnect").status_code == 302
    assert not VapiConnection.objects.exists()


def test_signal_is_sent_before_the_row_is_deleted(as_user, owner, bakery, vapi):
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
def test_missing_connection_cannot_be_disconnected(as_user, owner, method):
    assert getattr(as_user(owner), method)(f"{PAGE}/vapi/disconnect").status_code == 404


def test_deleted_organisation_releases_its_number_at_vapi(
    as_user, owner, bakery, vapi, imported, wire, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        as_user(owner).post("/fr/o/bakery/settings/delete", {"confirmation": bakery.name})
    assert (VapiConnection.objects.count(), TwilioConnection.objects.count()) == (0, 0)
    assert wire.imported == []
