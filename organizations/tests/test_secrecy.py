"""An invitation's secret is in its mail only."""

import json

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from accounts.models import LoginToken
from accounts.secrets import digest
from accounts.tests.helpers import dump
from accounts.tests.test_secrecy import log  # noqa: F401 - a fixture
from organizations.models import Invitation
from organizations.tests.helpers import invitation_secret

pytestmark = pytest.mark.django_db

ACCEPT = "/fr/invitations/accept"


@pytest.fixture
def mailed(as_user, owner, run_tasks, mailoutbox) -> str:
    as_user(owner).post("/fr/o/bakery/team/invite", {"email": "new@example.com", "role": "member"})
    run_tasks()
    return invitation_secret(mailoutbox[0])


def test_dump_of_the_database_holds_its_hash_only(mailed):
    stolen = json.dumps(dump())
    assert digest(mailed) in stolen
    assert mailed not in stolen
    Client().post(ACCEPT, {"token": mailed})
    assert mailed not in json.dumps(dump())


def test_before_the_mail_goes_out_there_is_no_secret(as_user, owner):
    as_user(owner).post("/fr/o/bakery/team/invite", {"email": "new@example.com", "role": "member"})
    token = LoginToken.objects.get(invitation=Invitation.objects.get())
    assert (token.token_hash, token.expires_at) == (None, None)
    (argument,) = DBTaskResult.objects.get().args_kwargs["args"]
    assert argument == str(token.id)


def test_no_log_line_holds_it(log, mailed):  # noqa: F811
    Client().get(ACCEPT, {"token": mailed})
    Client().put(f"{ACCEPT}?token={mailed}")
    Client(enforce_csrf_checks=True).post(f"{ACCEPT}?token={mailed}", {"token": mailed})
    Client().post(ACCEPT, {"token": mailed})
    Client().post(ACCEPT, {"token": mailed})
    written = log.getvalue()
    assert "invitations/accept" in written
    assert mailed not in written


def test_failing_page_logs_nothing_of_it(log, mailed, monkeypatch):  # noqa: F811
    def fail(*args, **options):
        raise RuntimeError(f"cannot accept {mailed}")

    monkeypatch.setattr("organizations.invitations.acceptance.enter", fail)
    answer = Client(raise_request_exception=False).post(f"{ACCEPT}?token={mailed}", {"token": mailed})
    assert answer.status_code == 500
    assert "RuntimeError" in log.getvalue()
    assert mailed not in log.getvalue()


def test_mail_that_fails_leaves_none_in_the_queue(as_user, owner, run_tasks, monkeypatch, log):  # noqa: F811
    seen = []

    def fail(mail):
        seen.append(mail)
        raise OSError(f"550 refused: {mail.body}")

    monkeypatch.setattr("core.mail.messages.Mail.send", fail)
    as_user(owner).post("/fr/o/bakery/team/invite", {"email": "new@example.com", "role": "member"})
    run_tasks(failures=True)
    secret = invitation_secret(seen[0])
    assert "550 refused" in json.dumps(dump())
    assert secret not in json.dumps(dump())
    assert secret not in log.getvalue()


def test_admin_shows_no_secret_and_no_hash(as_user, staff, mailed):
    invitation = Invitation.objects.get()
    client = as_user(staff)
    for path in ("", f"{invitation.id}/change/"):
        page = client.get(f"/admin/organizations/invitation/{path}", follow=True)
        assert page.status_code == 200
        text = page.content.decode()
        assert "new@example.com" in text
        assert mailed not in text
        assert digest(mailed) not in text
