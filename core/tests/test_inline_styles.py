"""Pages that strangers open first hold their style sheet, which their policy allows by its hash alone."""

import base64
import hashlib
import re

import pytest

from core.web.inline_styles import inline_sheet

PAGES = {
    "/fr/": "landing",
    "/he/auth": "public",
    "/fr/auth?next=/fr/home": "public",
    "/fr/waiting-list": "public",
    "/en/help": "words",
    "/fr/privacy": "words",
}


def allowed_styles(response) -> list[str]:
    (styles,) = re.findall(r"style-src ([^;]+)", response.headers["Content-Security-Policy"])
    return str(styles).split()


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("path", PAGES)
def test_policy_allows_the_sheet_inside_the_page_and_no_other(client, path):
    for _ in range(2):  # rendered, and where it is cached, from the cache
        response = client.get(path)
        sheets = re.findall(r"<style>(.*?)</style>", response.content.decode(), re.DOTALL)
        assert sheets == [inline_sheet(PAGES[path])]
        assert allowed_styles(response) == ["'self'", digest(sheets[0])]


@pytest.mark.django_db
def test_refused_form_has_its_style_too(client):
    response = client.post("/fr/auth", {"email": "nothing"})
    (sheet,) = re.findall(r"<style>(.*?)</style>", response.content.decode(), re.DOTALL)
    assert digest(sheet) in allowed_styles(response)


@pytest.mark.parametrize("path", ["/fr/nowhere", "/fr/verify-magic-link?token=unknown"])
@pytest.mark.django_db
def test_policy_of_other_pages_allows_files_only(client, path):
    response = client.get(path)
    assert "<style" not in response.content.decode()
    assert allowed_styles(response) == ["'self'"]
