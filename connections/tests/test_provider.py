"""The descriptions of the providers are complete."""

import pytest
from django.forms import PasswordInput
from django.template.loader import get_template
from django.urls import reverse

from connections.base import Connection
from connections.enums import Provider
from connections.provider import PROVIDERS, SECRET_FIELDS


def test_every_provider_and_every_model_is_described_once():
    assert list(PROVIDERS) == Provider.values
    assert {spec.model for spec in PROVIDERS.values()} == set(Connection.__subclasses__())
    assert all(spec.key == spec.model.provider for spec in PROVIDERS.values())


@pytest.mark.parametrize("key", PROVIDERS)
def test_secret_of_each_form_is_hidden_from_error_reports(key):
    fields = PROVIDERS[key].form.base_fields
    hidden = {name for name, field in fields.items() if isinstance(field.widget, PasswordInput)}
    assert hidden
    assert hidden <= set(SECRET_FIELDS)


@pytest.mark.parametrize("key", PROVIDERS)
def test_each_provider_has_its_pages(key):
    for name in (f"connections/{key}.html", f"onboarding/{key}.html", f"onboarding/{key}_connected.html"):
        get_template(name)
    assert reverse(f"connections:{key}", args=["bakery"]).endswith(f"/o/bakery/connections/{key}")
    assert reverse(f"onboarding:{key}").endswith(f"/onboarding/{key}")
