from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command

from accounts.models import LoginToken, User
from accounts.tests.factories import UserFactory
from accounts.tests.helpers import dump
from core.models import AuditEvent
from organizations.models import Membership, Organization

pytestmark = pytest.mark.django_db


def test_superuser_is_made_without_a_password(capsys):
    call_command("createsuperuser", email="Boss@Example.com")
    user = User.objects.get()
    assert (user.email, user.is_staff, user.is_superuser) == ("boss@example.com", True, True)
    assert "boss@example.com" in capsys.readouterr().out
    assert not hasattr(user, "last_login") or user.last_login is None


def test_existing_user_is_promoted():
    user = UserFactory(email="boss@example.com")
    call_command("createsuperuser", email="BOSS@example.com", noinput=True)
    user.refresh_from_db()
    assert user.is_superuser
    assert User.objects.count() == 1


def test_deactivated_user_is_not_promoted():
    user = UserFactory(email="boss@example.com", is_active=False)
    with pytest.raises(CommandError, match="deactivated"):
        call_command("createsuperuser", email=user.email)
    user.refresh_from_db()
    assert not user.is_superuser


@pytest.mark.parametrize(
    "command", [("createsuperuser", "--email", "no address"), ("login_link", "no address")]
)
def test_invalid_address_is_refused_with_a_sentence(command):
    with pytest.raises(CommandError):
        call_command(*command)


def test_printed_link_signs_in_once_and_is_written_down(client, owner, capsys):
    call_command("login_link", owner.email.upper())
    url = capsys.readouterr().out.strip()
    assert url.startswith("http://127.0.0.1:8000/fr/verify-magic-link?token=")
    secret = parse_qs(urlsplit(url).query)["token"][0]
    assert client.get("/fr/verify-magic-link", {"token": secret}).context["state"] == "confirm"
    assert client.post("/fr/verify-magic-link", {"token": secret}).status_code == 303
    assert AuditEvent.objects.filter(action="accounts.link_printed", subject_id=owner.id).count() == 1


def test_printed_link_is_in_the_users_language(owner, capsys):
    owner.locale = "he"
    owner.save()
    call_command("login_link", owner.email)
    assert "/he/verify-magic-link" in capsys.readouterr().out


def test_unknown_address_gets_no_link():
    with pytest.raises(CommandError, match="Nobody"):
        call_command("login_link", "nobody@example.com")
    assert LoginToken.objects.count() == 0


def test_deactivated_user_gets_no_link(owner):
    owner.is_active = False
    owner.save()
    with pytest.raises(CommandError, match="deactivated"):
        call_command("login_link", owner.email)


def test_demo_makes_the_cast_and_changes_nothing_when_run_again():
    call_command("demo")
    assert User.objects.filter(email="test@example.com", is_staff=False).count() == 1
    assert set(Membership.objects.values_list("role", flat=True)) == {"owner", "admin", "member", "viewer"}
    assert Organization.objects.get(slug="ava").setup_completed_at is None
    before = dump()
    call_command("demo")
    assert dump() == before


def test_demo_leaves_what_was_changed():
    call_command("demo")
    User.objects.filter(email="test@example.com").update(name="Renamed")
    call_command("demo")
    assert User.objects.get(email="test@example.com").name == "Renamed"


def test_demo_is_refused_in_production(settings):
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="production"):
        call_command("demo")
    assert User.objects.count() == 0


def test_demo_user_lands_on_the_set_up(client, sign_in, sandbox):
    call_command("demo")
    sign_in(client, User.objects.get(email="test@example.com"))
    assert client.get("/fr/home").url == "/fr/onboarding/welcome"
    page = client.get("/fr/onboarding/welcome").content.decode()
    for text in ("Ava", "Europe/Paris", "test@example.com"):
        assert text in page
