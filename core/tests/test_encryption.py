import io
import json

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import transaction

from connections.models import TwilioConnection, VapiConnection
from connections.tests.factories import TwilioConnectionFactory, VapiConnectionFactory
from core.security.encryption import Ciphertext, UnreadableError

pytestmark = pytest.mark.django_db

SECRET = "the-secret-éא"


@pytest.fixture
def row(bakery):
    return VapiConnectionFactory(organization=bakery, private_key=SECRET)


def stored(row):
    """What the database really holds."""
    return str(VapiConnection.objects.values_list("private_key", flat=True).get(pk=row.pk))


def store(row, text, field="private_key"):
    """Put something into the column, past everything."""
    type(row).objects.filter(pk=row.pk).update(**{field: Ciphertext(text)})


def read(row):
    """The row's secret, as a fresh reader finds it."""
    return type(row)._base_manager.get(pk=row.pk).private_key


def test_secret_comes_back_and_is_not_stored_in_clear(row):
    assert read(row) == SECRET
    assert SECRET not in stored(row)
    assert stored(row).startswith("gAAAA")


def test_same_secret_looks_different_each_time(row, outsider):
    other = VapiConnectionFactory(private_key=SECRET)
    assert stored(other) != stored(row)


def test_changed_secret_replaces_the_old_one(row):
    again = VapiConnection.objects.get(pk=row.pk)
    again.private_key = "another"
    again.save()
    assert read(row) == "another"


def test_save_of_something_else_keeps_the_secret(row):
    again = VapiConnection.objects.get(pk=row.pk)
    again.region = "us"
    again.save()
    assert read(row) == SECRET


def test_made_in_bulk_it_is_sealed_too(bakery):
    VapiConnection.objects.bulk_create(
        [VapiConnection(organization=bakery, private_key=SECRET, key_hint="etאé")]
    )
    row = VapiConnection.objects.get()
    assert SECRET not in stored(row)
    assert read(row) == SECRET


def test_empty_stays_empty(row):
    row.private_key = ""
    row.save()
    assert stored(row) == ""
    assert read(row) == ""


def test_secret_moved_to_another_organisation_does_not_open(row):
    other = VapiConnectionFactory(private_key="theirs")
    store(other, stored(row))
    with pytest.raises(UnreadableError, match="another row"):
        read(other)


def test_secret_moved_to_another_field_does_not_open(row, bakery):
    twilio = TwilioConnectionFactory(organization=bakery)
    store(twilio, stored(row), "auth_token")
    with pytest.raises(UnreadableError, match="another row"):
        str(TwilioConnection.objects.get().auth_token)


def test_row_given_to_another_organisation_does_not_open(row, outsider):
    florist = outsider.memberships.get().organization
    VapiConnection.objects.filter(pk=row.pk).update(organization=florist)
    with pytest.raises(UnreadableError):
        read(row)


@pytest.mark.parametrize(
    "altered", [lambda text: text[:-4] + "AAA=", lambda _: "plain", lambda text: text[1:]]
)
def test_altered_secret_does_not_open(row, altered):
    store(row, altered(stored(row)))
    with pytest.raises(UnreadableError, match="no key"):
        read(row)


def test_error_does_not_tell_the_secret(row):
    store(row, stored(VapiConnectionFactory(private_key=SECRET)))
    with pytest.raises(UnreadableError) as caught:
        read(row)
    assert SECRET not in str(caught.value)
    assert stored(row) not in str(caught.value)


def test_row_that_does_not_open_can_be_listed_saved_and_deleted(row):
    store(row, "lost")
    (found,) = VapiConnection.objects.all()
    found.region = "us"
    found.save()
    assert stored(row) == "lost"
    found.delete()
    assert not VapiConnection.objects.exists()


@pytest.mark.parametrize(
    "write",
    [
        lambda row: VapiConnection.objects.filter(pk=row.pk).update(private_key="plain"),
        lambda row: VapiConnection.objects.bulk_update([row], ["private_key"]),
    ],
    ids=["update", "bulk_update"],
)
def test_plain_text_is_refused_past_the_row(row, write):
    row.private_key = "plain"
    with pytest.raises(TypeError, match="save"), transaction.atomic():
        write(row)
    assert read(row) == SECRET


def test_secret_is_not_found_by_its_text(row):
    assert not VapiConnection.objects.filter(private_key=SECRET).exists()


def test_dump_holds_the_ciphertext_only(row):
    out = io.StringIO()
    call_command("dumpdata", "connections", stdout=out)
    (dumped,) = json.loads(out.getvalue())
    assert dumped["fields"]["private_key"].startswith("gAAAA")
    assert SECRET not in out.getvalue()


def test_newest_key_seals_and_older_ones_open(row, settings):
    old = settings.FIELD_ENCRYPTION_KEYS
    new = Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [new, *old]
    assert read(row) == SECRET
    VapiConnection.objects.get(pk=row.pk).save()
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert read(row) == SECRET
