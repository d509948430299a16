"""Every template can be read and every page drawn, in each language."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.utils import translation

from accounts.tests.helpers import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

FOLDER = Path(settings.BASE_DIR) / "templates"
NAMES = sorted(
    str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.suffix in {".html", ".txt"}
)
LONGEST_LINE = 120  # columns
LONGEST_FILE = 80  # lines
LOCALES = [code for code, _ in settings.LANGUAGES]


@pytest.mark.parametrize("name", NAMES)
def test_template_can_be_read(name):
    assert get_template(name).template.name == name


@pytest.mark.parametrize("name", [*NAMES, "sitemap.xml"])
def test_template_fits_on_a_screen(name):
    """A longer line becomes several, a longer template is split into includes named by their part of the page."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE] == []
    assert len(lines) <= LONGEST_FILE


def pages(user) -> dict[str, int]:
    return {
        "/": 200,
        "/auth": 200,
        "/verify-magic-link?token=unknown": 410,
        "/nowhere": 404,
        "/dashboard": 200,
        "/o/ava": 200,
        "/o/nowhere": 404,
        "/o/ava/team": 200,
        "/o/ava/team/leave": 200,
        "/o/ava/settings": 200,
        "/o/ava/audit": 200,
        "/invitations/accept?token=unknown": 410,
        "/invitations/stop?token=unknown": 410,
        "/onboarding/welcome": 200,
        "/onboarding/organization": 200,
        "/settings/profile": 200,
        "/settings/security": 200,
    }


@pytest.mark.variants
@pytest.mark.parametrize("locale", LOCALES)
def test_every_page_draws_in_every_language(as_user, newcomer, locale):
    client = as_user(newcomer)
    for path, status in pages(newcomer).items():
        response = client.get(f"/{locale}{path}", follow=True)
        page = text_of(response)
        assert response.status_code == status, path
        assert f'<html lang="{locale}" dir="{"rtl" if locale == "he" else "ltr"}"' in page, path
        assert "{%" not in page, path
        assert "{{" not in page, path


@pytest.mark.slow
def test_the_languages_say_different_things(as_user, newcomer):
    client = as_user(newcomer)
    for path in pages(newcomer):
        titles = {
            text_of(client.get(f"/{locale}{path}", follow=True)).partition("<h1")[2].partition("</h1>")[0]
            for locale in LOCALES
        }
        assert len(titles) == 3, (path, titles)


@pytest.mark.parametrize("locale", LOCALES)
def test_person_without_an_organisation_is_told_what_to_do(as_user, staff, locale):
    response = as_user(staff).get(f"/{locale}/dashboard")
    assert response.status_code == 200
    assert staff.email in text_of(response)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "name", ["400.html", "403.html", "403_csrf.html", "404.html", "410.html", "429.html", "500.html"]
)
def test_error_page_draws_without_a_context(rf, locale, name):
    with translation.override(locale):
        page = get_template(name).render({}, None if name == "500.html" else _request(rf, locale))
    assert "</html>" in page


def _request(rf, locale):
    from django.contrib.auth.models import AnonymousUser

    request = rf.get(f"/{locale}/nowhere")
    request.user, request.LANGUAGE_CODE = AnonymousUser(), locale
    return request


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "שלום", "𝒜va 🥐", "a" * 80, "{{ 7 }}", "&amp;"]
)
def test_names_people_type_are_text(as_user, newcomer, text):
    newcomer.name = text
    newcomer.save()
    newcomer.memberships.get().organization.__class__.objects.update(name=text[:80])
    client = as_user(newcomer)
    for path in pages(newcomer):
        page = text_of(client.get(f"/fr{path}", follow=True))
        assert "<script>alert(1)" not in page
