"""Cookies that we did not make: each is ignored, and none is sent back."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

NAMES = ["browser", "session", "csrftoken", "language", "theme", "messages"]
# Raw bytes, which the server hands on as latin-1.
VALUES = [
    "\xe9" * 43,
    "\xe9" * 48,
    "%s" * 21 + "a",
    "a" * 42 + "\x7f",
    "a" * 42 + "\xad",
    "é".encode().decode("latin-1") * 43,
    '"' + "\\351" * 43 + '"',
    "a" * 40 + "/+=",
    "a" * 5000,
    "\x01",
]
PAGES = ["/fr/auth", "/fr/verify-magic-link?token=x", "/fr/invitations/accept?token=x", "/fr/home", "/"]


def sent_back(answer: Any) -> str:
    """The headers of an answer as a server must be able to write them: raises UnicodeEncodeError where it cannot."""
    lines = [f"{name}: {value}" for name, value in answer.items()]
    lines += [morsel.OutputString() for morsel in answer.cookies.values()]
    for line in lines:
        line.encode("latin-1")
        assert "\r" not in line
        assert "\n" not in line
    return "\n".join(lines)


@pytest.mark.variants
@pytest.mark.django_db
@pytest.mark.parametrize("value", VALUES)
def test_a_cookie_that_we_did_not_make_is_ignored(owner, value):
    cookies = "; ".join(f"{name}={value}" for name in NAMES)
    for page in PAGES:
        answer = Client().get(page, HTTP_COOKIE=cookies)
        assert answer.status_code in {200, 302, 410}
        assert value not in sent_back(answer)
    asked = Client().post("/fr/auth", {"email": owner.email}, HTTP_COOKIE=cookies)
    assert asked.status_code == 303
    sent_back(asked)
    made = asked.cookies[settings.BROWSER_COOKIE_NAME].value
    assert len(made) == 43
    assert made != value


@pytest.mark.variants
@pytest.mark.django_db
@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    "header",
    ["HTTP_ACCEPT_LANGUAGE", "HTTP_REFERER", "HTTP_USER_AGENT", "HTTP_X_FORWARDED_FOR", "HTTP_X_REQUEST_ID"],
)
def test_no_header_is_echoed_as_it_came(owner, header, value):
    for answer in (
        Client().get("/fr/auth/", **{header: value}),
        Client().post("/fr/auth", {"email": owner.email}, **{header: value}),
    ):
        assert answer.status_code < 500
        assert value not in sent_back(answer)


@pytest.mark.variants
@pytest.mark.django_db
@pytest.mark.parametrize("value", VALUES)
def test_an_address_of_ours_is_sent_back_encoded(value):
    for answer in (
        Client().post("/i18n/language", {"language": "he", "next": f"/fr/{value}"}),
        Client().get("/fr/auth/", QUERY_STRING=f"next={value}"),
        Client().get("/fr/login", QUERY_STRING=f"next={value}"),
    ):
        assert answer.status_code in {301, 302}
        assert sent_back(answer).isascii()
