"""The sign-in page is cached between visitors. One visitor's data must not reach another."""

import gzip
import re
from typing import Any

import pytest
import time_machine
from django.contrib import messages
from django.test import Client, RequestFactory

from accounts.tests.helpers import text_of
from core.web import page_cache

PAGE = "/fr/auth"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w{64})"')


def token_of(response: Any) -> str:
    (token,) = TOKEN.findall(text_of(response))
    return str(token)


def without_token(response: Any) -> str:
    return TOKEN.sub("", text_of(response))


@pytest.fixture(autouse=True)
def _kept() -> None:
    """An earlier visitor filled the cache."""
    Client().get(PAGE)


def test_everybody_sees_the_page_that_was_drawn_for_the_first(settings):
    settings.DEBUG = True  # rendered for this visitor
    drawn = Client().get(PAGE)
    settings.DEBUG = False
    kept = Client().get(PAGE)
    assert kept.templates == []
    assert without_token(kept) == without_token(drawn)
    assert {name: kept[name] for name in ("Content-Type", "Cache-Control", "Content-Length")} == {
        name: drawn[name] for name in ("Content-Type", "Cache-Control", "Content-Length")
    }
    assert kept.cookies["csrftoken"]["httponly"]


def test_every_visitor_has_a_token_of_their_own():
    answers = [Client().get(PAGE) for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({token_of(answer) for answer in answers}) == 20
    assert len({answer.cookies["csrftoken"].value for answer in answers}) == 20


def test_one_visitor_keeps_the_cookie_and_gets_another_mask():
    client = Client()
    first, cookie = token_of(client.get(PAGE)), client.cookies["csrftoken"].value
    assert token_of(client.get(PAGE)) != first
    assert client.cookies["csrftoken"].value == cookie


@pytest.mark.django_db
def test_the_token_is_good_for_its_visitor_alone(owner):
    client, stranger = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    token = token_of(client.get(PAGE))
    stranger.get(PAGE)
    form = {"email": owner.email, "csrfmiddlewaretoken": token}
    assert stranger.post(PAGE, form).status_code == 403
    assert client.post(PAGE, form).status_code == 303


@pytest.mark.parametrize("is_cached", [True, False])
@pytest.mark.parametrize("encoding", ["gzip", "gzip, deflate, br", "", "identity", "br", "xgzipx"])
def test_the_page_is_the_same_for_every_accepted_encoding(encoding, is_cached, settings):
    drawn = without_token(Client().get(PAGE))
    settings.DEBUG = not is_cached
    response = Client(headers={"accept-encoding": encoding}).get(PAGE)
    assert int(response["Content-Length"]) == len(response.content)
    assert "Accept-Encoding" in {name.strip() for name in response["Vary"].split(",")}
    assert response.get("Content-Encoding", "") == ("gzip" if encoding.startswith("gzip") else "")
    if encoding.startswith("gzip"):
        response.content = gzip.decompress(response.content)
    assert without_token(response) == drawn
    assert len(TOKEN.findall(text_of(response))) == 1


def test_length_of_the_compressed_page_tells_nothing_of_the_token():
    sizes = {len(Client(headers={"accept-encoding": "gzip"}).get(PAGE).content) for _ in range(20)}
    assert len(sizes) == 1


def test_the_compressed_page_fits_in_the_first_round_trip():
    client = Client(headers={"accept-encoding": "gzip"})
    pages = [client.get(f"/{locale}/auth").content for locale in ("en", "he", "fr") for _ in range(2)]
    assert max(map(len, pages)) < 10 * 1400  # TCP's initial window is ten segments (RFC 6928)


def test_the_page_varies_and_is_not_stored():
    response = Client().get(PAGE)
    assert "Cookie" in {name.strip() for name in response["Vary"].split(",")}
    assert "no-store" in response["Cache-Control"]


def test_head_has_no_body():
    response = Client().head(PAGE)
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("query", ["?&", "?&&&"])
def test_a_query_without_a_value_stays_with_its_visitor(query):
    page_cache.pages.clear()
    assert f"/he/auth{query.replace('&', '&amp;')}" in text_of(Client().get(PAGE + query))
    assert "/he/auth?" not in text_of(Client().get(PAGE))


def test_no_address_of_a_page_follows_the_script_name():
    page_cache.pages.clear()
    assert "/elsewhere" not in text_of(Client().get(PAGE, SCRIPT_NAME="/elsewhere"))
    assert "/elsewhere" not in text_of(Client().get(PAGE))


@pytest.mark.parametrize("host", ["testserver", "localhost"])
def test_the_page_is_the_same_on_every_host(host):
    drawn = without_token(Client().get(PAGE))
    page_cache.pages.clear()
    assert without_token(Client(headers={"host": host}).get(PAGE)) == drawn


@pytest.mark.parametrize("locale", ["en", "he", "fr"])
def test_a_language_stays_with_its_address(locale):
    for _ in range(2):
        page = text_of(Client().get(f"/{locale}/auth"))
        assert f'<html lang="{locale}"' in page
        assert f'action="/{locale}/auth"' in page


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_theme_stays_with_who_chose_it(theme):
    client = Client()
    client.cookies["theme"] = theme
    for _ in range(2):
        assert f'data-theme="{theme}"' in text_of(client.get(PAGE))
        assert "data-theme=" not in text_of(Client().get(PAGE)).partition("<head>")[0]


def test_a_theme_that_we_do_not_have_is_none():
    client = Client()
    client.cookies["theme"] = '"><script>'
    assert without_token(client.get(PAGE)) == without_token(Client().get(PAGE))


def test_opening_sign_up_changes_the_page(settings):
    closed = without_token(Client().get(PAGE))
    settings.AVA_SIGNUP = "open"
    opened = [without_token(Client().get(PAGE)) for _ in range(2)]
    assert opened[0] == opened[1] != closed
    settings.AVA_SIGNUP = "invite"
    assert without_token(Client().get(PAGE)) == closed


def test_next_of_one_visitor_is_not_cached():
    for _ in range(2):
        assert "/fr/dashboard" in text_of(Client().get(f"{PAGE}?next=/fr/dashboard"))
        assert "/fr/dashboard" not in text_of(Client().get(PAGE))


@pytest.mark.django_db
def test_typed_address_of_one_visitor_is_not_cached():
    assert "camille@exam" in text_of(Client().post(PAGE, {"email": "camille@exam"}))
    assert "camille" not in text_of(Client().get(PAGE))


def test_a_message_reaches_its_reader_alone():
    client = Client()
    client.cookies["messages"] = message("Vous êtes déconnecté.")
    assert "Vous êtes déconnecté." in text_of(client.get(PAGE))
    assert "Vous êtes déconnecté." not in text_of(client.get(PAGE))
    assert "Vous êtes déconnecté." not in text_of(Client().get(PAGE))


def message(text: str) -> str:
    """The cookie of a pending message."""
    storage = messages.storage.cookie.CookieStorage(RequestFactory().get("/"))
    return str(storage._encode([messages.storage.base.Message(messages.SUCCESS, text)]))


@pytest.mark.django_db
def test_the_signed_in_go_on_all_the_same(as_user, owner):
    assert as_user(owner).get(PAGE).status_code == 302


def test_a_new_year_is_a_new_page():
    with time_machine.travel("2031-01-01T12:00:00Z", tick=False):
        assert "© 2031" in text_of(Client().get(PAGE))
