"""Delivery failures: reported by the provider, shown to the operator and to the organisation."""

import base64
import importlib
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from django.urls import Resolver404, clear_url_caches, resolve
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

import avafirst.urls
from accounts.cleanup import clean_up
from accounts.models import AuthSession, LoginToken, User
from accounts.tests.factories import make_link
from accounts.tests.helpers import text_of
from avafirst.environment import ANYMAIL_KEYS
from avafirst.mail_urls import mail_patterns
from core.models import AuditEvent
from core.queue.cleanup import clean_up as clean_core
from core.queue.schedule import tick

pytestmark = pytest.mark.django_db

SECRET = "postman:a-long-shared-secret"
HOOK = "/webhooks/mail"
REPORTS_NOTHING = {"scaleway"}  # providers without delivery events in django-anymail


def reload_urls() -> None:
    clear_url_caches()
    importlib.reload(avafirst.urls)


@pytest.fixture
def provider(settings: Any) -> Iterator[Callable[..., None]]:
    """Configure a provider as the environment would; its URLs are removed afterwards."""
    before = django_settings.EMAIL_BACKEND

    def use(name: str, **options: str) -> None:
        settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"
        settings.ANYMAIL = {ANYMAIL_KEYS[name]: "key", "WEBHOOK_SECRET": SECRET, **options}
        reload_urls()

    yield use
    settings.EMAIL_BACKEND, settings.ANYMAIL = before, {}
    reload_urls()


def report(data: Any, secret: str = SECRET, **extra: Any) -> Any:
    if secret:
        extra["HTTP_AUTHORIZATION"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
    client = Client(enforce_csrf_checks=True)
    return client.post(HOOK, json.dumps(data), content_type="application/json", **extra)


def postmark_bounce(address: str) -> dict[str, Any]:
    return {
        "RecordType": "Bounce",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "TypeCode": 1,
        "Name": "Hard bounce",
        "Tag": "",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "ServerID": 23,
        "MessageStream": "outbound",
        "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Email": address,
        "From": "no-reply@example.com",
        "BouncedAt": "2026-07-05T16:33:54.9070259Z",
        "DumpAvailable": True,
        "Inactive": True,
        "CanActivate": True,
        "Subject": "Votre lien de connexion",
    }


def postmark_delivery(address: str) -> dict[str, Any]:
    return {
        "RecordType": "Delivery",
        "ServerID": 23,
        "MessageStream": "outbound",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Recipient": address,
        "Tag": "",
        "DeliveredAt": "2026-07-05T16:33:54.9070259Z",
        "Details": "Test delivery",
    }


def trouble_of(user: User) -> str:
    return str(User.objects.get(pk=user.pk).mail_trouble)


def test_a_bounce_is_noted_and_a_delivery_clears_it(owner, provider):
    provider("postmark")
    assert report(postmark_bounce(owner.email)).status_code == 200
    user = User.objects.get(pk=owner.pk)
    assert user.mail_trouble == "bounced"
    assert user.mail_trouble_at is not None
    event = AuditEvent.objects.get(action="accounts.mail_trouble")
    assert (event.subject_id, event.actor_id) == (owner.pk, None)
    assert report(postmark_delivery(owner.email)).status_code == 200
    user = User.objects.get(pk=owner.pk)
    assert user.mail_trouble == ""
    assert user.mail_trouble_at is None


@pytest.mark.parametrize("name", ["postmark", "mailjet", "brevo"])
def test_a_report_that_is_nested_too_deeply_is_refused(provider, name):
    provider(name)
    login = base64.b64encode(SECRET.encode()).decode()
    answer = Client().post(
        HOOK, "[" * 100_000, content_type="application/json", HTTP_AUTHORIZATION=f"Basic {login}"
    )
    assert answer.status_code == 400


def test_the_address_is_found_however_the_provider_spells_it(owner, provider):
    provider("postmark")
    report(postmark_bounce("Owner@Example.COM"))
    assert trouble_of(owner) == "bounced"


@pytest.mark.parametrize("address", ["nobody@example.com", "", "\u0000", "x" * 5000])
def test_an_address_without_an_account_is_accepted_and_changes_nothing(owner, provider, address):
    provider("postmark")
    assert report(postmark_bounce(address)).status_code == 200
    assert trouble_of(owner) == ""


@pytest.mark.variants
@pytest.mark.parametrize("secret", ["", "postman:wrong", "x", "postman:", SECRET.upper()])
def test_without_the_shared_secret_nothing_is_believed(owner, provider, secret):
    provider("postmark")
    assert report(postmark_bounce(owner.email), secret=secret).status_code in {400, 403}
    assert trouble_of(owner) == ""


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"RecordType": "Surprise"}'])
def test_a_body_that_is_no_report_changes_nothing(owner, provider, body):
    provider("postmark")
    client = Client(raise_request_exception=False)
    header = f"Basic {base64.b64encode(SECRET.encode()).decode()}"
    client.post(HOOK, body, content_type="application/json", HTTP_AUTHORIZATION=header)
    assert trouble_of(owner) == ""
    assert not AuditEvent.objects.exists()


def test_brevo_is_supported_too(owner, provider):
    provider("brevo")
    event = {
        "event": "hard_bounce",
        "email": owner.email,
        "id": 1,
        "date": "2026-07-05 16:33:54",
        "ts": 1783269234,
        "message-id": "<201798300811.5787683@smtp-relay.example.com>",
        "ts_event": 1783269234,
        "subject": "Votre lien de connexion",
        "sending_ip": "192.0.2.10",
        "ts_epoch": 1783269234000,
        "reason": "550 no such user",
        "tag": "",
    }
    assert report(event).status_code == 200
    assert trouble_of(owner) == "bounced"
    assert report(event | {"event": "delivered", "reason": ""}).status_code == 200
    assert trouble_of(owner) == ""


def test_a_complaint_is_trouble_too(owner, provider):
    provider("postmark")
    report(
        postmark_bounce(owner.email)
        | {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "TypeCode": 512, "Name": "Spam complaint"}
    )
    assert trouble_of(owner) == "spam"


@pytest.mark.parametrize("name", sorted(set(ANYMAIL_KEYS) - REPORTS_NOTHING))
def test_every_provider_we_offer_can_report(settings, name):
    settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"
    settings.ANYMAIL = {ANYMAIL_KEYS[name]: "key", "WEBHOOK_SECRET": SECRET}
    assert [str(pattern.pattern) for pattern in mail_patterns()] == ["webhooks/mail"]


def test_without_a_secret_there_is_no_such_address(provider):
    provider("postmark", WEBHOOK_SECRET="")
    with pytest.raises(Resolver404):
        resolve(HOOK)


def test_without_a_provider_there_is_no_such_address(db):
    assert report(postmark_bounce("owner@example.com")).status_code == 404


# The pages that show it.


@pytest.fixture
def unreachable(member: User) -> User:
    User.objects.filter(pk=member.pk).update(mail_trouble="bounced", mail_trouble_at=timezone.now())
    return member


@pytest.mark.parametrize(("user", "sees"), [("owner", True), ("admin", True), ("viewer", False)])
def test_owners_and_admins_see_members_with_mail_trouble(as_user, unreachable, request, user, sees):
    page = text_of(as_user(request.getfixturevalue(user)).get("/fr/o/bakery/team"))
    assert (f"{unreachable.email}</bdi> n’arrivent pas" in page) is sees


def test_a_member_is_not_told_of_others(as_user, unreachable, owner):
    User.objects.filter(pk=owner.pk).update(mail_trouble="bounced", mail_trouble_at=timezone.now())
    assert "n’arrivent pas" not in text_of(as_user(unreachable).get("/fr/o/bakery/team"))


def test_another_organisation_sees_nothing(as_user, unreachable, outsider):
    assert unreachable.email not in text_of(as_user(outsider).get("/fr/o/florist/team"))


def test_the_operator_sees_and_filters(as_user, unreachable, owner, staff):
    client = as_user(staff)
    listed = client.get("/admin/accounts/user/?mail_trouble=bounced")
    assert [user.email for user in listed.context["cl"].result_list] == [unreachable.email]
    assert "bounced" in text_of(client.get(f"/admin/accounts/user/{unreachable.pk}/change/"))


# The clean-up.


def test_cleaning_keeps_what_is_in_use(as_user, owner, client, run_tasks):
    as_user(owner)
    minted = make_link(owner)
    for task in (clean_up, clean_core):
        task.enqueue()
    run_tasks()
    assert AuthSession.objects.count() == 1
    assert LoginToken.objects.get().id == minted.token.id
    assert client.post("/fr/verify-magic-link", {"token": minted.secret}).status_code == 303


def test_cleaning_removes_what_is_long_over_and_the_audit_stays(as_user, owner, run_tasks):
    Client().post("/fr/auth", {"email": owner.email})
    run_tasks()
    used = make_link(owner)
    Client().post("/fr/verify-magic-link", {"token": used.secret})
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=False):
        clean_up.enqueue()
        run_tasks()
        assert LoginToken.objects.count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        clean_up.enqueue()
        clean_core.enqueue()
        run_tasks()
        assert LoginToken.objects.count() == 0
        assert AuthSession.objects.count() == 1  # expired, but not long ago
        assert set(DBTaskResult.objects.values_list("task_path", flat=True)) <= {
            "accounts.cleanup.clean_up",
            "core.queue.cleanup.clean_up",
        }
    with time_machine.travel(timezone.now() + timedelta(days=121), tick=False):
        clean_up.enqueue()
        run_tasks()
        assert AuthSession.objects.count() == 0
    assert AuditEvent.objects.filter(action="accounts.signed_in", subject_id=owner.pk).exists()


def test_cleaning_is_on_the_schedule(run_tasks):
    assert {"accounts.cleanup.clean_up", "core.queue.cleanup.clean_up"} <= set(tick())
    assert tick() == []
