import re

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.test import Client
from django.urls import path

from accounts.tests.helpers import text_of
from avafirst import views
from avafirst.urls import urlpatterns as ours
from core.web.public_views import public

pytestmark = pytest.mark.django_db

RAISES = {400: SuspiciousOperation, 403: PermissionDenied, 404: Http404}


@pytest.mark.variants
@pytest.mark.parametrize("locale", ["fr", "en", "he"])
@pytest.mark.parametrize(("status", "error"), RAISES.items())
def test_error_has_a_page_in_the_readers_language(client, settings, locale, status, error):
    def fail(request):
        raise error("typed: camille@example.com")

    class Addresses:
        handler400, handler403, handler404 = views.bad_request, views.forbidden, views.not_found
        urlpatterns = [path(f"{locale}/fails", public(fail)), *ours]

    settings.ROOT_URLCONF = Addresses
    response = client.get(f"/{locale}/fails")
    assert response.status_code == status
    assert f'lang="{locale}"' in text_of(response)
    assert "camille@example.com" not in text_of(response)


def test_500_stands_alone_and_speaks_three_languages(owner, settings):
    settings.ROOT_URLCONF = "avafirst.tests.urls_unmarked"
    client = Client(raise_request_exception=False)
    client.force_login(owner)
    response = client.get("/fr/broken")
    page = text_of(response)
    assert response.status_code == 500
    for language in ("fr", "en", "he"):
        assert f'lang="{language}"' in page
    assert "RuntimeError" not in page
    assert "{%" not in page


@pytest.mark.parametrize("locale", ["fr", "en", "he"])
@pytest.mark.parametrize(("status", "error"), RAISES.items())
def test_developers_see_our_pages_too(settings, locale, status, error):
    def fail(request):
        raise error("typed: camille@example.com")

    class Addresses:
        handler400, handler403, handler404 = views.bad_request, views.forbidden, views.not_found
        urlpatterns = [path(f"{locale}/fails", public(fail)), *ours]

    settings.ROOT_URLCONF, settings.DEBUG = Addresses, True
    client = Client()
    for address in [f"/{locale}/fails", *([f"/{locale}/nowhere"] if status == 404 else [])]:
        response = client.get(address)
        assert response.status_code == status
        assert f'lang="{locale}"' in text_of(response)
        assert "DEBUG" not in text_of(response)
        assert "camille@example.com" not in text_of(response)


def test_developers_keep_the_traceback_of_a_500(owner, settings):
    settings.ROOT_URLCONF, settings.DEBUG = "avafirst.tests.urls_unmarked", True
    client = Client(raise_request_exception=False)
    client.force_login(owner)
    response = client.get("/fr/broken")
    assert response.status_code == 500
    assert "RuntimeError" in text_of(response)


@pytest.mark.parametrize(
    "address", ["/nowhere", "/fr/nowhere", "/fr/o/nowhere", "/de/auth", "/static/nowhere.css"]
)
def test_unknown_address_is_a_404(as_user, owner, address):
    assert as_user(owner).get(address).status_code == 404


def test_unknown_address_is_a_404_for_the_signed_out_too(client):
    """Nothing is there to sign in for."""
    assert client.get("/fr/nowhere").status_code == 404


def test_csrf_page_offers_the_way_back(client):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/he/auth", {"email": "a@example.com"})
    assert response.status_code == 403
    assert 'lang="he"' in text_of(response)
    way_back = re.search(r'<a [^>]*class="button[^>]*>', text_of(response))
    assert way_back
    assert 'href="/he/auth"' in way_back[0]


def test_body_that_is_too_large_is_refused(client):
    assert client.post("/fr/auth", {"email": "a" * 2_000_000}).status_code == 400


@pytest.mark.parametrize("length", [26 * 1024 * 1024, 10**20, "9" * 5000], ids=["large", "huge", "endless"])
@pytest.mark.parametrize("path", ["/fr/auth", "/fr/settings/profile/picture", "/health", "/fr/nowhere"])
def test_file_larger_than_any_of_ours_is_refused_before_it_is_read(client, path, length, monkeypatch):
    def fail(*args: object) -> None:
        raise AssertionError("the body was read")

    monkeypatch.setattr("django.http.request.HttpRequest._load_post_and_files", fail)
    monkeypatch.setattr("django.core.handlers.wsgi.LimitedStream.read", fail)
    response = client.post(path, {"picture": "x"}, CONTENT_LENGTH=str(length))
    assert response.status_code == 400
    assert "Content-Security-Policy" in response.headers


def test_form_with_thousands_of_fields_is_refused(client):
    assert client.post("/fr/auth", {f"field{number}": "x" for number in range(1500)}).status_code == 400


@pytest.mark.parametrize("content_type", ["application/json", "text/xml", "multipart/form-data", "nonsense"])
def test_body_of_another_kind_is_no_500(client, content_type):
    response = client.post("/fr/auth", b"\x00\xff{", content_type=content_type)
    assert response.status_code in {200, 400, 422}


def test_broken_multipart_is_no_500(client):
    response = client.post("/fr/auth", b"--x\r\nbroken", content_type="multipart/form-data; boundary=x")
    assert response.status_code in {200, 400, 422}
