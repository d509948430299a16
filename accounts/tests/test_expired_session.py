"""A session that ended under a page: its user is told so, and never finds the sign-in page inside of another page."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from accounts.login.forms import safe_next
from accounts.models import AuthSession
from accounts.tests.helpers import text_of

pytestmark = pytest.mark.django_db

TOLD = "Votre session a expiré"


@pytest.fixture
def expired(as_user, owner) -> Client:
    client: Client = as_user(owner)
    client.get("/fr/o/bakery")
    AuthSession.objects.revoke("others")
    return client


@pytest.mark.parametrize("method", ["get", "post"])
def test_sign_in_page_says_that_the_session_has_expired(expired, method):
    response = getattr(expired, method)("/fr/o/bakery/team?x=1")
    assert response.url == "/fr/auth?next=/fr/o/bakery/team%3Fx%3D1&expired=1"
    page = text_of(expired.get(response.url))
    assert TOLD in page
    assert 'value="/fr/o/bakery/team?x=1"' in page
    # Only a script knows whether anything was typed into a form that keeps it.
    assert "<span data-is-kept hidden>" in page


def test_those_who_were_not_signed_in_are_told_nothing(client, expired):
    stranger = Client().get("/fr/o/bakery")
    assert stranger.url == "/fr/auth?next=/fr/o/bakery"
    assert TOLD not in text_of(client.get(stranger.url))
    expired.get("/fr/o/bakery", follow=True)
    assert "expired" not in expired.get("/fr/o/bakery").url  # they were told, and the cookie is gone


def test_signing_out_is_no_expiry(as_user, owner):
    client = as_user(owner)
    client.post("/fr/logout")
    assert "expired" not in client.get("/fr/o/bakery").url


@pytest.mark.parametrize("method", ["get", "post"])
def test_fragment_leads_to_the_sign_in_page_and_back_to_its_page(expired, method):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/fr/o/bakery?tab=2"}
    response = getattr(expired, method)("/fr/o/bakery/connections", headers=headers)
    assert response.status_code == 401
    assert response.content == b""
    assert response.headers["HX-Redirect"] == "/fr/auth?next=/fr/o/bakery%3Ftab%3D2&expired=1"


def test_fragment_of_another_site_leads_nowhere_else(expired):
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example//evil.example/"}
    url = expired.get("/fr/o/bakery", headers=headers).headers["HX-Redirect"]
    (asked,) = parse_qs(urlsplit(url).query)["next"]
    assert safe_next(asked) == ""


def test_every_form_that_keeps_its_input_says_when_it_is_back():
    root = Path(settings.BASE_DIR, "templates")
    keeps = [
        path.relative_to(root)
        for path in root.rglob("*.html")
        if re.search(r'data-controller="(?:[\w-]+ )*keep(?: [\w-]+)*"', path.read_text())
    ]
    assert len(keeps) > 5
    assert [path for path in keeps if 'include "components/kept.html"' not in (root / path).read_text()] == []
