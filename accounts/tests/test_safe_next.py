import pytest
from django.test import Client
from django.utils.translation import override

from accounts.login.forms import safe_next
from accounts.tests.factories import make_link

OURS = [
    "/fr/dashboard",
    "/fr/dashboard?tab=1&day=2026-01-01",
    "/fr/o/bakery",
    "/en/o/bakery#calls",
    "/he/onboarding/organization",
    "/admin/",
    "/admin/accounts/user/?q=camille%40example.com",
]

EVIL = {
    "empty": "",
    "other host": "//evil.example",
    "other host with a path of ours": "//evil.example/fr/dashboard",
    "three slashes": "///evil.example",
    "four slashes": "////evil.example/fr/dashboard",
    "slash and backslash": "/\\evil.example",
    "backslashes": "\\\\evil.example",
    "backslash and slash": "\\/evil.example",
    "backslash inside": "/fr/dashboard\\..\\evil",
    "absolute": "https://evil.example/fr/dashboard",
    "absolute to our own host": "http://testserver/fr/dashboard",
    "no slashes": "https:evil.example",
    "one slash": "https:/evil.example",
    "javascript": "javascript:alert(1)",
    "javascript with a path": "javascript:/fr/dashboard",
    "javascript in upper case": "JAVASCRIPT:alert(1)",
    "javascript with a tab": "java\tscript:alert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "vbscript": "vbscript:msgbox(1)",
    "encoded slashes": "%2f%2fevil.example",
    "encoded second slash": "/%2fevil.example",
    "encoded slash after a slash": "/%2F/evil.example",
    "twice encoded": "/%252fevil.example",
    "encoded backslash": "/%5cevil.example",
    "twice encoded backslash": "/%255cevil.example",
    "encoded javascript": "javascript%3aalert(1)",
    "line feed": "/fr/dashboard\nLocation: https://evil.example",
    "encoded line feed": "/fr/dashboard%0aLocation:%20https://evil.example",
    "encoded carriage return": "/fr/dashboard%0d%0aSet-Cookie:%20session=x",
    "leading line feed": "%0a//evil.example",
    "leading tab": "\t//evil.example",
    "leading space": " //evil.example",
    "leading space before ours": " /fr/dashboard",
    "nul": "/fr/dashboard\x00",
    "encoded nul": "/fr/dashboard%00",
    "right-to-left override": "/fr/dashboard\u202e",
    "at sign": "/@evil.example",
    "user in front": "//fr@evil.example/",
    "dot segments": "/fr/../../evil",
    "dots to the root": "/fr/dashboard/../../..//evil.example",
    "encoded dots": "/fr/%2e%2e/%2e%2e//evil.example",
    "full-width slashes": "／／evil.example",
    "unknown route": "/fr/nowhere",
    "unknown language": "/de/dashboard",
    "relative": "fr/dashboard",
    "only a query": "?next=/fr/dashboard",
    "only a fragment": "#x",
    "the sign-in page": "/fr/auth",
    "sign-in page with a next": "/fr/auth?next=//evil.example",
    "the verify page": "/fr/verify-magic-link?token=x",
    "sign-out": "/fr/logout",
    "landing": "/fr/",
    "root": "/",
    "health": "/health",
    "language switch": "/i18n/language",
    "too long": f"/fr/dashboard?{'x' * 600}",
    "semicolon": "/fr/dashboard;//evil.example",
}


@pytest.mark.parametrize("path", OURS)
@pytest.mark.parametrize("language", ["fr", "he"])
def test_page_of_ours_is_kept_whatever_language_asks(path, language):
    with override(language):
        assert safe_next(path) == path


@pytest.mark.parametrize("path", EVIL.values(), ids=EVIL.keys())
def test_anything_else_is_dropped(path):
    assert safe_next(path) == ""


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", [pytest.param(path, id=name) for name, path in EVIL.items() if path.strip() not in OURS]
)
def test_evil_next_ends_on_the_dashboard(client, owner, sign_in, path):
    response = sign_in(client, owner, next_path=path)
    assert response.url == "/fr/home"
    assert client.get("/fr/home").url == "/fr/dashboard"


@pytest.mark.django_db
def test_evil_next_in_the_address_reaches_no_link_of_the_page(client):
    page = client.get("/fr/auth", {"next": "javascript:alert(1)//"}).content.decode()
    assert 'href="javascript' not in page
    assert 'action="javascript' not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)"]
)
def test_language_switch_stays_on_our_host(client, path):
    response = client.post("/i18n/language", {"language": "en", "next": path})
    assert (response.status_code, response.url) == (302, "/")


@pytest.mark.django_db
def test_link_survives_a_stored_next_that_went_bad(owner):
    """A page that was removed since the link was requested is a 404, not a redirect to another host."""
    client = Client()
    response = client.post(
        "/fr/verify-magic-link", {"token": make_link(owner, next_path="/fr/o/bakery").secret}
    )
    assert response.url == "/fr/o/bakery"
