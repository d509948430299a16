import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from connections.models import TwilioConnection, VapiConnection
from connections.tests.factories import TwilioConnectionFactory, VapiConnectionFactory
from core.security.encryption import Ciphertext, EncryptedTextField, UnreadableError

pytestmark = pytest.mark.django_db

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def _old_key(settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]


@pytest.fixture
def rows(_old_key, bakery):
    """One of each, and one without a secret."""
    VapiConnectionFactory(organization=bakery, private_key="of the bakery")
    TwilioConnectionFactory(organization=bakery, auth_token="for its calls")
    return VapiConnectionFactory(private_key="")


def rotate(capsys):
    """Run the command, and give what it says."""
    call_command("rotate_keys")
    return capsys.readouterr().out


def secrets():
    """All of them, as a fresh reader finds them."""
    return sorted(
        [row.private_key for row in VapiConnection.objects.all()]
        + [row.auth_token for row in TwilioConnection.objects.all()]
    )


def test_everything_opens_before_and_after_the_old_key_is_gone(rows, settings, capsys):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    before = secrets()
    assert rotate(capsys) == "2 secrets sealed with the newest key.\n"
    assert secrets() == before
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert secrets() == before == ["", "for its calls", "of the bakery"]


def test_without_it_the_old_key_is_needed(rows, settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(UnreadableError):
        secrets()


def test_it_may_run_twice(rows, settings, capsys):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert rotate(capsys) == rotate(capsys)
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert secrets() == ["", "for its calls", "of the bakery"]


def test_what_no_key_opens_is_named_and_left_alone(rows, bakery, settings, capsys):
    lost = Ciphertext(Fernet(Fernet.generate_key()).encrypt(b"lost").decode())
    VapiConnection.objects.filter(organization=bakery).update(private_key=lost)
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    named = f"connections.VapiConnection.private_key of {VapiConnection.objects.get(organization=bakery).pk}"
    with pytest.raises(CommandError, match=named):
        call_command("rotate_keys")
    assert VapiConnection.objects.get(organization=bakery).__dict__["private_key"] == lost
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert TwilioConnection.objects.get().auth_token == "for its calls"


def test_secret_saved_meanwhile_is_not_overwritten(rows, bakery, settings, monkeypatch):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    rotate_one = EncryptedTextField.rotate

    def rotate_late(field, value):
        monkeypatch.setattr(EncryptedTextField, "rotate", rotate_one)
        row = VapiConnection.objects.get(organization=bakery)
        row.private_key = "newer"
        row.save()
        return rotate_one(field, value)

    monkeypatch.setattr(EncryptedTextField, "rotate", rotate_late)
    call_command("rotate_keys")
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert VapiConnection.objects.get(organization=bakery).private_key == "newer"


def test_row_read_before_and_saved_after_does_not_bring_the_old_key_back(rows, bakery, settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    early = VapiConnection.objects.get(organization=bakery)
    call_command("rotate_keys")
    early.save()
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert VapiConnection.objects.get(organization=bakery).private_key == "of the bakery"
