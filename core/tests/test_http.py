import gzip
import socket
from decimal import Decimal
from io import BytesIO
from unittest import mock

import pytest
from django.db import transaction

from core.http import client as http
from core.tests import wild

SHORT = 0.3  # seconds, for servers that would take far longer


def header_of(httpserver, name):
    """What the server was sent, in each request of the test."""
    return [request.headers.get(name) for request, _answer in httpserver.log]


def test_answer_is_given_whatever_its_status(httpserver):
    httpserver.expect_request("/gone").respond_with_data("no", status=410, headers={"X-Why": "because"})
    answer = http.send("GET", httpserver.url_for("/gone"))
    assert (answer.status, answer.body, answer.headers["x-why"]) == (410, b"no", "because")


def test_fractions_are_decimals(httpserver):
    httpserver.expect_request("/").respond_with_data('{"cost": 0.1, "seconds": 3}')
    assert http.send("GET", httpserver.url_for("/")).json() == {"cost": Decimal("0.1"), "seconds": 3}


@pytest.mark.parametrize(
    "body",
    [
        "<html></html>",
        "",
        '{"cut": ',
        "[" * 200_000,
        "[" * 65 + "]" * 65,
        '{"a":' * 400 + "1" + "}" * 400,
        "[1e999]",
    ],
    ids=["html", "empty", "cut", "deepest", "deep", "deep objects", "infinite"],
)
def test_what_is_no_json_is_malformed(httpserver, body):
    httpserver.expect_request("/").respond_with_data(body)
    answer = http.send("GET", httpserver.url_for("/"))
    with pytest.raises(http.MalformedError):
        answer.json()


def test_nested_json_is_read(httpserver):
    httpserver.expect_request("/").respond_with_data("[" * 64 + "1" + "]" * 64)
    value = http.send("GET", httpserver.url_for("/")).json()
    for _ in range(64):
        (value,) = value
    assert value == 1


# Limits


def test_silence_is_not_waited_for():
    with wild.serving(wild.hang) as url, pytest.raises(http.TimedOutError):
        http.send("GET", url, timeout=SHORT)


@pytest.mark.parametrize("behaviour", [wild.drip_head, wild.drip_body], ids=["head", "body"])
def test_dripping_is_given_up_at_the_same_moment(behaviour):
    with wild.serving(behaviour) as url, pytest.raises(http.TimedOutError):
        http.send("GET", url, timeout=SHORT)


def test_body_is_written_to_a_file_where_one_is_given(httpserver):
    httpserver.expect_request("/").respond_with_data("sound")
    file = BytesIO()
    assert http.send("GET", httpserver.url_for("/"), into=file).body == b""
    assert file.getvalue() == b"sound"


def test_large_answer_is_refused(httpserver):
    httpserver.expect_request("/").respond_with_data(b" " * 1001)
    with pytest.raises(http.TooLargeError):
        http.send("GET", httpserver.url_for("/"), max_bytes=1000)


def test_answer_of_the_size_allowed_is_taken(httpserver):
    httpserver.expect_request("/").respond_with_data(b" " * 1000)
    assert len(http.send("GET", httpserver.url_for("/"), max_bytes=1000).body) == 1000


def test_large_answer_is_refused_also_where_it_is_packed(httpserver):
    packed = gzip.compress(b" " * 100_000)
    httpserver.expect_request("/").respond_with_data(packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(http.TooLargeError):
        http.send("GET", httpserver.url_for("/"), max_bytes=len(packed) + 1000)


def test_packing_that_does_not_unpack_is_malformed(httpserver):
    httpserver.expect_request("/").respond_with_data(b"plain", headers={"Content-Encoding": "gzip"})
    with pytest.raises(http.MalformedError):
        http.send("GET", httpserver.url_for("/"))


@pytest.mark.parametrize("behaviour", [wild.truncate, wild.babble], ids=["truncated", "no http"])
def test_broken_answer_counts_as_unreachable(behaviour):
    with wild.serving(behaviour) as url, pytest.raises(http.UnreachableError):
        http.send("GET", url)


def test_refused_connection_is_unreachable():
    with wild.refusing() as url, pytest.raises(http.UnreachableError):
        http.send("GET", url)


# Redirects, and URLs of a third party


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_redirect_is_not_followed(httpserver, method):
    httpserver.expect_request("/here").respond_with_data(status=302, headers={"Location": "/there"})
    answer = http.send(method, httpserver.url_for("/here"))
    assert (answer.status, answer.headers["location"], len(httpserver.log)) == (302, "/there", 1)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "file:///etc/passwd",
        "http://[broken",
    ],
)
def test_foreign_url_in_the_private_network_is_refused(url):
    with pytest.raises(http.MalformedError):
        http.send("GET", url, foreign=True)


@pytest.mark.parametrize("error", [socket.gaierror, UnicodeError])
def test_unknown_host_is_unreachable(monkeypatch, error):
    resolver = mock.Mock(getaddrinfo=mock.Mock(side_effect=error))
    monkeypatch.setattr("core.http.public_addresses.socket", resolver)
    with pytest.raises(http.UnreachableError, match=r"nowhere\.invalid"):
        http.send("GET", "https://nowhere.invalid/", foreign=True)


# What must not leak


def test_cookies_are_not_kept(httpserver):
    httpserver.expect_request("/").respond_with_data("", headers={"Set-Cookie": "tenant=bakery; Path=/"})
    http.send("GET", httpserver.url_for("/"))
    http.send("GET", httpserver.url_for("/"))
    assert header_of(httpserver, "Cookie") == [None, None]


def test_logs_name_neither_secrets_nor_queries(httpserver, caplog):
    httpserver.expect_request("/calls").respond_with_data("the-answer")
    url = httpserver.url_for("/calls")
    http.send("GET", url, headers={"Authorization": "Bearer the-key"}, params={"number": "+33612345678"})
    http.send("POST", url, basic=("me", "the-password"), form={"token": "the-token"})
    with wild.refusing() as nobody, pytest.raises(http.UnreachableError):
        http.send("GET", f"{nobody}/calls?number=33612345678", headers={"Authorization": "Bearer the-key"})
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name != "werkzeug")
    assert "/calls" in ours
    for secret in ("the-key", "the-password", "the-token", "33612345678", "the-answer"):
        assert secret not in ours


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_inside_a_transaction(httpserver):
    with transaction.atomic(), pytest.raises(RuntimeError):
        http.send("GET", httpserver.url_for("/"))
    assert httpserver.log == []


@pytest.mark.django_db
def test_a_tests_own_transaction_is_not_counted(httpserver):
    httpserver.expect_request("/").respond_with_data("fine")
    assert http.send("GET", httpserver.url_for("/")).body == b"fine"
    with transaction.atomic(), pytest.raises(RuntimeError):
        http.send("GET", httpserver.url_for("/"))
