"""The way in, before Django has made a request of what came."""

from io import BytesIO

import pytest
from django.test import RequestFactory

from avafirst.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

FORM = "application/x-www-form-urlencoded"
PARTS = (
    b'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n\\ud800\r\n'
    b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n\\ud800@example.com\r\n--b--\r\n'
)
STRANGE = {
    "no encoding of text": f"{FORM}; charset=hex",
    "in quotes": f'{FORM}; charset="rot13"',
    "half characters": "multipart/form-data; boundary=b; charset=unicode_escape",
    "two bytes a character": "multipart/form-data; boundary=b; charset=utf-16",
    "by another way of writing": f"{FORM}; charset*=utf-8''hex",
    "a way of writing that nobody knows": f"{FORM}; a*=nothing''x",
    "a NUL": f"{FORM}; charset=\0",
    "no letter": f"{FORM}; charset=é",
    "inside of the boundary": 'multipart/form-data; boundary="b; charset=hex"',
    "twice": f"{FORM}; charset=utf-8; charset=hex",
}


def answer(path: str, content_type: str, body: bytes = b"token=x&email=x", method: str = "POST") -> str:
    """The status line, as a server hears it."""
    environ = RequestFactory()._base_environ(
        PATH_INFO=path,
        REQUEST_METHOD=method,
        CONTENT_TYPE=content_type,
        CONTENT_LENGTH=str(len(body)),
        **{"wsgi.input": BytesIO(body)},
    )
    heard: list[str] = []
    response = application(environ, lambda status, headers, exc_info=None: heard.append(status))  # type: ignore[arg-type]
    b"".join(response)
    return heard[0]


@pytest.mark.slow
@pytest.mark.parametrize("content_type", STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize("body", [b"token=x&email=x", PARTS], ids=["form", "parts"])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/health", "/fr/auth", "/fr/verify-magic-link", "/i18n/language"])
def test_whatever_a_request_says_of_its_text_is_no_500(path, method, body, content_type):
    assert not answer(path, content_type, body, method).startswith("5")


@pytest.mark.parametrize(
    "content_type",
    [FORM, f"{FORM};charset=UTF-8", f'{FORM}; charset="utf-8"', "multipart/form-data; boundary=b", ""],
)
def test_what_browsers_say_is_left_alone(content_type, monkeypatch):
    seen: list[str] = []

    def django(environ: dict[str, str], _: object) -> list[bytes]:
        seen.append(environ["CONTENT_TYPE"])
        return []

    monkeypatch.setattr("avafirst.wsgi._django", django)
    application({"CONTENT_TYPE": content_type}, None)  # type: ignore[arg-type]
    assert seen == [content_type]
