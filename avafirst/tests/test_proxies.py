"""The proxies whose configuration is shipped in docs/proxies, before the real server."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings

from avafirst.tests.real_server import HOST, Server, ask, exchange, request, run_process, run_server
from avafirst.tests.test_slow_clients import SLOW, attack
from core.tests.mailbox import free_port

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("proxies")]  # one process: one server

FOLDER = Path(settings.BASE_DIR) / "docs" / "proxies"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with run_server(tmp_path_factory.mktemp("server"), SITE_URL=f"http://{HOST}") as running:
        yield running


@pytest.fixture(scope="module", params=["caddy", "haproxy", "nginx"])
def proxy(
    request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """The port of a proxy before the server."""
    name = request.param
    if not (program := shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")):
        pytest.skip(f"{name} is not installed")
    port, folder = free_port(), tmp_path_factory.mktemp(name)
    command, environ = COMMANDS[name](folder, port, server.port)
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with run_process([program, *command], port, folder / "log", home | environ):
        yield port


def run_caddy(folder: Path, port: int, upstream: int) -> tuple[list[str], dict[str, str]]:
    config = folder / "Caddyfile"
    config.write_text((FOLDER / "Caddyfile").read_text().replace("{\n", "{\n\tadmin off\n", 1))
    environ = {"SITE": f"http://{HOST}:{port}", "UPSTREAM": f"127.0.0.1:{upstream}"}
    return ["run", "--config", str(config), "--adapter", "caddyfile"], environ


def run_haproxy(_folder: Path, port: int, upstream: int) -> tuple[list[str], dict[str, str]]:
    environ = {"BIND": f"127.0.0.1:{port}", "UPSTREAM": f"127.0.0.1:{upstream}"}
    return ["-db", "-f", str(FOLDER / "haproxy.cfg")], environ


def run_nginx(folder: Path, port: int, upstream: int) -> tuple[list[str], dict[str, str]]:
    shipped = (FOLDER / "nginx.conf").read_text()
    shipped = re.sub(r"(?m)^ *ssl_certificate.*$", "", shipped).replace("443 ssl", f"127.0.0.1:{port}")
    shipped = shipped.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    places = [
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    ]
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{' '.join(places)}\n{shipped}\n}}\n"
    )
    return ["-c", str(config), "-p", str(folder)], {}


COMMANDS = {"caddy": run_caddy, "haproxy": run_haproxy, "nginx": run_nginx}
PAGE = request("/fr/auth")


@pytest.mark.parametrize("part", SLOW)
def test_clients_that_send_slowly_keep_no_other_client_waiting(proxy, part):
    beginning, drip = SLOW[part]
    with attack(proxy, beginning, connections=60, drip=drip):
        assert {ask(proxy, PAGE)[0] for _ in range(10)} == {"HTTP/1.1 200 OK"}


def test_idle_clients_keep_no_other_client_waiting(proxy):
    with attack(proxy, b"", connections=300):
        assert {ask(proxy, PAGE)[0] for _ in range(10)} == {"HTTP/1.1 200 OK"}


def test_a_path_from_a_header_is_not_taken(proxy):
    ask(proxy, request("/elsewhere/fr/auth", "SCRIPT_NAME: /elsewhere", "Script-Name: /elsewhere"))
    assert "/elsewhere" not in ask(proxy, PAGE)[1]


def test_the_address_is_the_one_that_the_proxy_saw(proxy, server):
    _status, head, page = exchange(proxy, PAGE)
    cookie = re.search(r"csrftoken=(\w+)", head)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert cookie
    assert token
    body = urlencode({"csrfmiddlewaretoken": token[1], "email": f"{proxy}@example.com"})
    headers = [
        f"Cookie: csrftoken={cookie[1]}",
        f"Origin: http://{HOST}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]
    assert ask(proxy, request("/fr/auth", *headers, method="POST") + body.encode())[0].split()[1] == "303"
    with sqlite3.connect(server.log.parent / "db.sqlite3") as database:
        rows = database.execute(f"SELECT ip FROM accounts_logintoken WHERE email = '{proxy}@example.com'")
        assert rows.fetchall() == [("127.0.0.1",)]
    database.close()
