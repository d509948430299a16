"""Legal notice, privacy, help and contact: open to everyone, linked everywhere, filled by the operator."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings as django_settings

from accounts.cleanup import LINK_RETENTION
from accounts.lifetimes import IDLE_SESSION
from accounts.tests.helpers import text_of
from avafirst.operator import Operator
from avafirst.public_pages import cookies
from core.mail.messages import build_mail

pytestmark = pytest.mark.django_db

PAGES = ("help", "contact", "privacy", "legal")
LOCALES = [code for code, _ in django_settings.LANGUAGES]
FILLED = Operator(
    name="Ava & Fils",
    address="1 rue des Lilas, 75000 Paris",
    registration="SAS, RCS Paris 000 000 000",
    publisher="Ada Martin",
    email="bonjour@example.com",
    phone="+33199001234",
    host="Host SAS, 2 quai du Port, Brest",
)


class Words(HTMLParser):
    """Elements of a description list or list item without text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.blank: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        if tag in {"dt", "dd", "li", "h2"}:
            self.text = ""

    def handle_data(self, data):
        self.text += data

    def handle_endtag(self, tag):
        if tag in {"dt", "dd", "li", "h2"} and not self.text.strip():
            self.blank.append(tag)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("page", PAGES)
def test_each_page_answers_everyone_in_each_language(client, as_user, owner, locale, page):
    for visitor in (client, as_user(owner)):
        response = visitor.get(f"/{locale}/{page}")
        assert response.status_code == 200
        assert text_of(response).count("<h1") == 1


@pytest.mark.parametrize(
    "page",
    [
        "/fr/",
        "/fr/auth",
        "/fr/nowhere",
        "/fr/verify-magic-link?token=unknown",
        "/fr/waiting-list",
        "/fr/help",
    ],
)
def test_every_public_page_links_them(client, page):
    markup = text_of(client.get(page))
    for name in PAGES:
        assert f'href="/fr/{name}"' in markup


def test_mails_link_help_and_legal_notice_in_their_language(settings):
    settings.SITE_URL = "https://console.example.com"
    html = str(build_mail("check", to="ada@example.com", locale="he", context={}).alternatives[0][0])
    assert 'href="https://console.example.com/he/help"' in html
    assert 'href="https://console.example.com/he/legal"' in html


def test_what_the_operator_entered_is_shown(client, settings):
    settings.AVA_OPERATOR = FILLED
    legal = text_of(client.get("/fr/legal"))
    for line in (FILLED.address, FILLED.registration, FILLED.publisher, FILLED.host, "Ava &amp; Fils"):
        assert line in legal
    contact = text_of(client.get("/fr/contact"))
    assert 'href="mailto:bonjour@example.com"' in contact
    assert 'href="tel:+33199001234"' in contact
    assert "+33 1 99 00 12 34" in contact


@pytest.mark.parametrize("page", PAGES)
def test_what_the_operator_left_out_leaves_no_blank(client, settings, page):
    for operator in (Operator(), Operator(name="Ava"), Operator(email="bonjour@example.com"), FILLED):
        settings.AVA_OPERATOR = operator
        words = Words()
        words.feed(text_of(client.get(f"/en/{page}")).partition("<main")[2].partition("</main>")[0])
        assert words.blank == []


def test_privacy_tells_the_periods_that_apply(client):
    page = text_of(client.get("/en/privacy"))
    assert f"{LINK_RETENTION.days} days" in page
    assert f"after {IDLE_SESSION.days} days without use" in page


def test_privacy_names_every_cookie(client, sign_in, owner):
    """Those that a visit sets, and those that scripts set."""
    sign_in(client, owner)
    client.post("/i18n/language", {"language": "he", "next": "/fr/"})
    script = (django_settings.BASE_DIR / "static/js/controllers/theme.js").read_text()
    named = {cookie.name for cookie in cookies()}
    assert set(client.cookies) | set(re.findall(r"document\.cookie = `(\w+)=", script)) <= named


def test_sentry_is_named_where_errors_are_reported(client, settings):
    assert "Sentry" not in text_of(client.get("/fr/privacy"))
    settings.SENTRY_DSN = "https://key@sentry.example.com/1"
    assert "Sentry" in text_of(client.get("/fr/privacy"))


def test_help_speaks_of_trial_mode_only_where_there_is_one(client, settings):
    assert "mode d’essai" in text_of(client.get("/fr/help"))
    settings.AVA_SANDBOX = False
    assert "mode d’essai" not in text_of(client.get("/fr/help"))


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_first_page_quotes_no_other_language(client, locale):
    main = text_of(client.get(f"/{locale}/")).partition("<main")[2].partition("</main>")[0]
    assert not re.search(r"[\u0590-\u05ff]", main)


@pytest.mark.parametrize("path", ["", "auth", "help", "contact", "privacy", "legal"])
def test_no_shared_cache_shows_the_theme_of_another_browser(client, path):
    assert "Cookie" in client.get(f"/fr/{path}").headers["Vary"]
