"""No form gives a long text to a function that takes quadratic time."""

import unicodedata
from typing import Any

import pytest
from django import forms
from django.conf import settings

from assistants.tests.factories import AssistantFactory
from avafirst.tests.routes import Route, routes
from avafirst.tests.test_permissions import name_of

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

BOMB = "a" + "\u0315\u0300" * 3000  # the order of each pair is wrong: normalisation sorts them one by one
LONGEST = 5000  # characters; the bomb has more, in each field, and all fields together fit into one form
PAGES = [route for route in routes() if not route.is_admin and not route.name.startswith("sandbox")]


def field_names(kind: type[forms.BaseForm] = forms.BaseForm) -> set[str]:
    """The names of all fields of all forms."""
    found = set(getattr(kind, "base_fields", ()))
    return found.union(*map(field_names, kind.__subclasses__()))


@pytest.fixture(autouse=True)
def _refuse_long_texts(monkeypatch):
    normalize = unicodedata.normalize

    def checked(form: Any, text: str) -> str:
        assert len(text) <= LONGEST, f"normalises {len(text)} characters"
        return normalize(form, text)

    monkeypatch.setattr(unicodedata, "normalize", checked)


@pytest.mark.variants
@pytest.mark.parametrize("route", PAGES, ids=name_of)
def test_no_page_normalises_a_long_text(as_user, owner, bakery, route: Route):
    assistant = AssistantFactory(organization=bakery)
    client = as_user(owner)
    names = field_names() | {"next", "token", "organization"}
    url = route.url(slug="bakery", assistant_id=assistant.id)
    typed = dict.fromkeys(names, BOMB)
    assert len(BOMB.encode()) * len(names) < settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert client.post(url, typed).status_code < 500
    assert client.get(url, typed).status_code < 500
