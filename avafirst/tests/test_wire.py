"""What every answer carries, and how addresses find their one spelling."""

import base64
import hashlib
import re

import pytest
from django.test import Client

from accounts.tests.helpers import text_of

pytestmark = pytest.mark.django_db

PATHS = ["/fr/", "/fr/auth", "/fr/nowhere", "/health", "/fr/verify-magic-link?token=x", "/robots.txt"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(client, path):
    headers = client.get(path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert [source for source in policy["style-src"].split() if not source.startswith("'sha256-")] == [
        "'self'"
    ]
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert not {"unsafe-inline", "unsafe-eval", "*", "http:"} & set(
        headers["Content-Security-Policy"].replace("'", "").split()
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] in {"same-origin", "strict-origin"}
    assert len(headers["X-Request-ID"]) == 16


@pytest.mark.parametrize("path", ["/fr/", "/fr/auth", "/fr/nowhere", "/fr/verify-magic-link?token=x"])
def test_no_page_holds_what_its_policy_forbids(client, path):
    response = client.get(path)
    page = text_of(response)
    for sheet in re.findall(r"<style[^>]*>(.*?)</style>", page, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in response["Content-Security-Policy"]
    assert " style=" not in page
    assert " onclick=" not in page
    assert all("src=" in tag.split(">")[0] for tag in page.split("<script")[1:])


def test_https_site_asks_for_https_for_two_years(https, db):
    client = Client(headers={"host": https.host})
    response = client.get("/fr/", secure=True)
    assert response["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    plain = client.get("/fr/")
    assert (plain.status_code, plain.url) == (301, "https://console.example.com/fr/")


def test_site_without_https_does_not_ask_for_it(client):
    assert "Strict-Transport-Security" not in client.get("/fr/").headers


def test_health_probe_needs_no_https(https, db):
    assert Client(headers={"host": https.host}).get("/health").status_code == 200


@pytest.mark.parametrize(
    ("path", "end"),
    [
        ("/fr", "/fr/"),
        ("/he", "/he/"),
        ("/fr/auth/", "/fr/auth"),
        ("/fr/auth/?next=/fr/dashboard&x=1", "/fr/auth?next=/fr/dashboard&x=1"),
        ("/health/", "/health"),
        ("/admin", "/admin/"),
    ],
)
def test_wrong_slash_leads_to_the_right_address(client, path, end):
    response = client.get(path)
    assert (response.status_code, response.url) == (301, end)


def test_wrong_slash_in_the_admin_leads_to_the_right_address(as_user, staff):
    response = as_user(staff).get("/admin/accounts/user?q=x")
    assert (response.status_code, response.url) == (301, "/admin/accounts/user/?q=x")


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/", "///fr/auth/", "/fr//auth", "/%2f/evil.example/"]
)
def test_doubled_slashes_lead_to_no_other_host(client, path):
    response = client.get(path, follow=False)
    assert response.status_code == 404 or not response.url.startswith(("//", "http"))


def test_wrong_slash_on_a_post_is_a_404(client):
    assert client.post("/fr/auth/", {"email": "a@example.com"}).status_code == 404


def test_address_without_a_language_finds_one(client):
    assert client.get("/auth").url == "/fr/auth"
    assert client.get("/dashboard?x=1").url == "/fr/dashboard?x=1"


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("he", "he"),
        ("he-IL,he;q=0.9,en;q=0.8", "he"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-CA", "fr"),
        ("de", "fr"),
        ("de,en;q=0.5", "en"),
        ("", "fr"),
        ("*", "fr"),
        ("nonsense;;;q=x", "fr"),
        ("x" * 3000, "fr"),
    ],
)
def test_root_speaks_the_browsers_language_else_french(client, accepts, language):
    response = client.get("/", headers={"accept-language": accepts})
    assert response.status_code == 302
    assert response.url == f"/{language}/"
    assert "Accept-Language" in response["Vary"]


def test_chosen_language_goes_before_the_browsers(client):
    client.post("/i18n/language", {"language": "he", "next": "/fr/auth"})
    assert client.get("/", headers={"accept-language": "en"}).url == "/he/"


def test_persons_own_language_goes_first(as_user, owner):
    owner.locale = "he"
    owner.save()
    client = as_user(owner)
    assert client.get("/", headers={"accept-language": "en"}).url == "/he/"
    assert client.get("/home", headers={"accept-language": "en"}).url == "/he/home"


@pytest.mark.parametrize(
    ("page", "moved"),
    [
        ("/fr/auth", "/he/auth"),
        ("/fr/auth?next=/fr/dashboard", "/he/auth?next=/fr/dashboard"),
        ("/fr/o/bakery", "/he/o/bakery"),
        ("/", "/"),
    ],
)
def test_language_switch_keeps_the_page(client, page, moved):
    response = client.post("/i18n/language", {"language": "he", "next": page})
    assert (response.status_code, response.url) == (302, moved)
    assert client.cookies["language"].value == "he"


@pytest.mark.parametrize("language", ["", "de", "xx" * 50, "fr\x00", "../..", "<script>"])
def test_language_that_we_do_not_speak_changes_nothing(client, language):
    response = client.post("/i18n/language", {"language": language, "next": "/fr/auth"})
    assert (response.status_code, response.url) == (302, "/fr/auth")
    assert "language" not in client.cookies


@pytest.mark.parametrize("next_url", ["/fr/\x00", "/fr/auth\nx", "x" * 9000, "/%00", "/fr/%FF"])
def test_language_switch_survives_strange_addresses(client, next_url):
    assert client.post("/i18n/language", {"language": "he", "next": next_url}).status_code == 302


@pytest.mark.parametrize(
    "path", ["/%00", "/fr/%00", "/fr/o/%00", "/fr/%FF%FE", "/fr/o/é", "/fr/o/" + "x" * 5000, "/fr/🥐"]
)
def test_strange_addresses_are_never_a_500(as_user, owner, path):
    assert as_user(owner).get(path).status_code in {400, 404}


@pytest.mark.variants
@pytest.mark.parametrize("cookie", ["language", "theme", "browser", "session", "csrftoken", "messages"])
@pytest.mark.parametrize("value", ["", "\x00", "é", "<script>alert(1)</script>", "x" * 5000])
def test_strange_cookies_are_never_a_500(client, cookie, value):
    client.cookies[cookie] = value
    response = client.get("/fr/auth")
    assert response.status_code == 200
    assert "<script>alert" not in text_of(response)
    client.cookies[cookie] = value
    assert client.post("/fr/auth", {"email": "a@example.com"}).status_code == 303
