"""An invitation whose mail does not arrive says so, until it is sent again."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
import time_machine
from anymail.signals import AnymailTrackingEvent, EventType, tracking
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.tests.helpers import text_of
from organizations.models import Invitation
from organizations.tests.factories import make_invitation

pytestmark = pytest.mark.django_db

TEAM = "/fr/o/bakery/team"
ACCEPT = "/fr/invitations/accept"
NOT_ARRIVED = "l’e-mail n’est pas arrivé"


def report(kind: str) -> None:
    event = AnymailTrackingEvent(event_type=kind, recipient="New@Example.com")
    tracking.send(sender=object, event=event, esp_name="Test")


@pytest.mark.parametrize("kind", [EventType.BOUNCED, EventType.REJECTED, EventType.COMPLAINED])
def test_a_bounce_is_shown_instead_of_a_date(as_user, owner, bakery, kind):
    make_invitation(bakery)
    client = as_user(owner)
    assert "valable jusqu" in text_of(client.get(TEAM))
    report(kind)
    page = text_of(client.get(TEAM))
    assert NOT_ARRIVED in page
    assert "valable jusqu" not in page


def test_a_delivery_takes_it_back(as_user, owner, bakery):
    make_invitation(bakery)
    report(EventType.BOUNCED)
    report(EventType.DELIVERED)
    assert NOT_ARRIVED not in text_of(as_user(owner).get(TEAM))


def test_sending_it_again_takes_it_back(as_user, owner, bakery, run_tasks):
    invitation, _secret = make_invitation(bakery)
    report(EventType.BOUNCED)
    client = as_user(owner)
    assert client.post(f"{TEAM}/invitations/{invitation.id}/again").status_code == 302
    run_tasks()
    assert NOT_ARRIVED not in text_of(client.get(TEAM))


def test_the_link_of_a_bounced_invitation_still_works(client, bakery):
    _invitation, secret = make_invitation(bakery)
    report(EventType.BOUNCED)
    assert client.post(ACCEPT, {"token": secret}).status_code == 303


@pytest.mark.parametrize(("code", "tries"), [(550, 1), (450, 2)])
def test_an_address_that_the_server_refuses_is_marked_and_not_tried_again(
    as_user, owner, bakery, run_tasks, monkeypatch, code, tries
):
    sent = []

    def refuse(mail: EmailMessage) -> int:
        sent.append(mail)
        raise SMTPRecipientsRefused({mail.to[0]: (code, b"no such user")})

    monkeypatch.setattr(EmailMessage, "send", refuse)
    as_user(owner).post(f"{TEAM}/invite", {"email": "new@example.com", "role": "viewer"})
    run_tasks(failures=True)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        run_tasks(failures=True)
    assert len(sent) == tries
    assert Invitation.objects.get().has_bounced == (code >= 500)
