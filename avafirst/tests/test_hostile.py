"""Nothing sent to a page that is open to everybody brings it down."""

from typing import Any

import pytest
from django.test import Client

from accounts.tests.factories import make_link
from accounts.tests.helpers import text_of
from avafirst.tests.routes import Route, routes
from avafirst.tests.test_permissions import PUBLIC, name_of

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

OPEN = [route for route in routes() if route.name in PUBLIC and not route.name.startswith("sandbox")]
FIELDS = (
    "token", "email", "next", "request", "code", "language", "show", "switch", "js", "csrfmiddlewaretoken",
)  # fmt: skip
VALUES = {
    "NUL": "\0",
    "NUL inside": "a\0b",
    "header": "x\r\nSet-Cookie: session=x",
    "the other way": "\u202e\u2066x",
    "no ASCII": "é" * 43,
    "foreign digits": "١٢٣٤٥٦",
    "long": "x" * 90_000,
    "number": "9" * 400,
    "markup": "<script>{{ 7 }}{% x %}",
    "escapes": "%00%ff%",
}
HEADERS: dict[str, dict[str, Any]] = {
    "cookies": {
        "HTTP_COOKIE": 'session=\0; browser=é; theme=\0; csrftoken=é; language=../..; messages=x;;="'
    },
    "long cookie": {"HTTP_COOKIE": f"session={'x' * 60_000}"},
    "browser": {"HTTP_USER_AGENT": "\0\xff" * 400},
    "language": {"HTTP_ACCEPT_LANGUAGE": "\0,fr;q=nan," + "x" * 5000},
    "address of an interface": {"REMOTE_ADDR": "fe80::1%eth0"},
    "no address": {"REMOTE_ADDR": ""},
    "origin": {"HTTP_ORIGIN": "http://[", "HTTP_REFERER": "http://["},
    "length": {"CONTENT_LENGTH": "-5"},
    "length of many digits": {"CONTENT_LENGTH": "9" * 5000},
}


@pytest.fixture(scope="module")
def browser() -> Client:
    return Client()


def worst(browser: Client, route: Route, data: dict[str, str], **headers: Any) -> int:
    """The highest status of the page read, asked for its head, and sent a form, each without a cookie."""
    url, found = route.url(), []
    for send in (browser.get, browser.head, browser.post):
        browser.cookies.clear()
        found.append(send(url, data, **headers).status_code)
    return max(found)


@pytest.mark.slow
@pytest.mark.parametrize("route", OPEN, ids=name_of)
def test_whatever_stands_in_a_field_is_no_500(browser, route):
    found = {name: worst(browser, route, dict.fromkeys(FIELDS, value)) for name, value in VALUES.items()}
    assert {name: status for name, status in found.items() if status >= 500} == {}


@pytest.mark.parametrize(
    "address",
    [
        "/admin/core/auditevent/?action__exact=%00",
        "/admin/accounts/user/?q=a%00b",
        "/admin/core/workerbeat/%00/change/",
        "/en/o/bakery/assistants?q=%00",
        "/en/o/bakery/%00",
        "/en/auth?next=%00",
    ],
)
def test_address_with_a_nul_is_refused(as_user, staff, address):
    response = as_user(staff).get(address)
    assert response.status_code == 400
    assert ('<html lang="en"' in text_of(response)) == address.startswith("/en/")


@pytest.mark.slow
@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("route", OPEN, ids=name_of)
def test_whatever_stands_in_a_header_is_no_500(browser, route, name, owner):
    link = make_link(owner)  # so that something is written where the page writes something
    data = {"email": "somebody@example.com", "token": link.secret, "request": str(link.token.id)}
    assert worst(browser, route, data, **HEADERS[name]) < 500
