"""What one request says about its path, scheme, host or address reaches no other visitor."""

import re
import runpy
import socket
from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from django.test import Client
from gunicorn.config import Config
from gunicorn.http import get_parser, wsgi

from accounts.tests.helpers import text_of
from avafirst.tests.real_server import Server, ask, request, run_server
from avafirst.wsgi import application
from core.templatetags import page as page_tags
from core.web import page_cache

PAGES = ["/fr/auth", "/he/auth", "/fr/", "/fr/nowhere", "/robots.txt"]
# Names by which servers, proxies and frameworks pass on a path, a scheme, a host or an address.
NAMES = """
    SCRIPT_NAME Script-Name X-Script-Name PATH_INFO Path-Info SCRIPT_URL Script-Url REDIRECT_URL
    Redirect-Url REQUEST_URI RAW_URI X-Original-URL X-Rewrite-URL X-Original-URI X-Forwarded-Path
    X-Forwarded-Prefix X-Forwarded-Uri HTTPS HTTP_HTTPS X-Forwarded-Ssl X-Forwarded-Protocol
    X-Forwarded-Scheme X-Url-Scheme X-Scheme Front-End-Https X-Forwarded-Host X-Forwarded-Server
    X-Forwarded-Port X-Host X-Original-Host Forwarded SERVER_NAME SERVER_PORT REMOTE_ADDR REMOTE_USER
    X-Real-IP X-Client-IP True-Client-IP CF-Connecting-IP wsgi.url_scheme X-HTTP-Method-Override
    X-Method-Override QUERY_STRING CONTENT_LENGTH HTTP_COOKIE HX-Request HX-Boosted HX-Current-URL
    Accept-Language Accept-Encoding User-Agent Referer Origin Save-Data Range If-Modified-Since
    If-None-Match Cache-Control Sec-Fetch-Site Sec-CH-Prefers-Color-Scheme X-Requested-With
""".split()  # noqa: SIM905 - sixty lines otherwise
VALUES = ["/elsewhere", "https://elsewhere.example", "elsewhere", "http", "he", "proto=http;host=elsewhere"]
VARIABLE = re.compile(r'value="\w{64}"|<code[^>]*>\w{16}</code>|\b[0-9a-f]{16}\b')


def clear_caches() -> None:
    page_cache.pages.clear()
    page_tags._anchors.cache_clear()
    page_tags._alternates.cache_clear()


def visit(path: str) -> str:
    """A page as the next visitor sees it, without the token and the request's id."""
    return VARIABLE.sub("", text_of(Client().get(path)))


@pytest.fixture(scope="module")
def gunicorn_config() -> Config:
    """Gunicorn's configuration, as its file sets it."""
    config = Config()
    options = runpy.run_path("avafirst/gunicorn.py")
    for name in set(options) & set(config.settings):
        config.set(name, options[name])
    return config


def receive(data: bytes, config: Config) -> None:
    """Let gunicorn make a WSGI request of the bytes, and the product answer it."""
    client = ("127.0.0.1", 50000)
    parsed = next(get_parser(config, iter([data]), client))
    response, environ = wsgi.create(parsed, Mock(spec=socket.socket), client, ("127.0.0.1", 8000), config)
    b"".join(application(environ, response.start_response))


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_no_header_changes_the_next_visitors_page(gunicorn_config, name):
    clear_caches()
    pages = {path: visit(path) for path in PAGES}
    for value in VALUES:
        for prefix in ("", "/elsewhere"):
            clear_caches()
            for path in PAGES:
                line = f"{name}: {value}"
                receive(request(prefix + path, line, host="testserver"), gunicorn_config)
                assert visit(path) == pages[path]


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["testserver", "testserver:444", "elsewhere.example"])
@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/fr/auth",
        "http://testserver/fr/auth",
        "/fr/auth?",
        "/fr/auth?&",
        "/fr/auth#elsewhere",
        "/%66r/auth",
        "/fr/auth;elsewhere",
        "//fr/auth",
        "/elsewhere/../fr/auth",
        "/fr/auth%3Felsewhere",
    ],
)
def test_no_spelling_of_the_path_changes_the_next_visitors_page(gunicorn_config, target, host):
    clear_caches()
    page = visit("/fr/auth")
    clear_caches()
    receive(request(target, host=host), gunicorn_config)
    assert visit("/fr/auth") == page


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with run_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.mark.slow
def test_a_running_server_takes_no_script_name(server):
    before = VARIABLE.sub("", ask(server.port, request("/fr/auth"))[1])
    server.restart_workers()
    for _ in range(8):  # more than there are workers
        ask(server.port, request("/elsewhere/fr/auth", "SCRIPT_NAME: /elsewhere"))
    assert {VARIABLE.sub("", ask(server.port, request("/fr/auth"))[1]) for _ in range(8)} == {before}


@pytest.mark.slow
def test_no_log_of_the_process_holds_a_token(server):
    """Gunicorn's own lines, too: its error handler logs the whole URL of a request that it cannot answer."""
    token = "t0ken-" * 8
    for line in (
        request(f"/fr/verify-magic-link?token={token}"),
        request(f"/fr/verify-magic-link?token={token}", "X: \x01"),
        request(f"/fr/{token}", "Content-Length: x"),
        f"GET /fr/verify-magic-link?token={token}\r\n\r\n".encode(),
        f"GET /fr/verify-magic-link?token={token} HTTP/9.9\r\n\r\n".encode(),
        f"{token} / HTTP/1.1\r\n\r\n".encode(),
        request("/fr/auth", f"{token}"),
    ):
        ask(server.port, line)
    log = server.log.read_text()
    assert "Invalid request from" in log
    assert token not in log
