"""Time zones that were stored under a former name."""

import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from accounts.models import User
from organizations.models import Organization

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("former", "present"),
    [
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Asia/Tel_Aviv", "Asia/Jerusalem"),
        ("Europe/Paris", "Europe/Paris"),
    ],
)
def test_they_get_the_present_name(owner, bakery, former, present):
    User.objects.filter(pk=owner.pk).update(timezone=former)
    Organization.objects.filter(pk=bakery.pk).update(timezone=former)
    for app in ("accounts.migrations.0005", "organizations.migrations.0004"):
        module = importlib.import_module(f"{app}_current_timezone_names")
        module.rename_timezones(apps, SimpleNamespace(connection=connection))
    owner.refresh_from_db()
    bakery.refresh_from_db()
    assert (owner.timezone, bakery.timezone) == (present, present)
