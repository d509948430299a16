"""Clients that send a request slowly, or never to its end, or do not read the answer, keep no other client waiting."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from avafirst.tests.real_server import Server, ask, connect, read_answer, request, run_server
from avafirst.web_server import reception

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("slow clients")]  # one process: one server

LENGTH = "Content-Length: 1000"
FORM = "Content-Type: application/x-www-form-urlencoded"
PAGE = request("/fr/auth")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with run_server(tmp_path_factory.mktemp("server")) as running:
        assert ask(running.port, PAGE)[0] == "HTTP/1.1 200 OK"
        yield running


@contextlib.contextmanager
def attack(
    port: int, beginning: bytes, *, connections: int, drip: bytes = b""
) -> Iterator[list[socket.socket]]:
    """Open connections, send `beginning` on each, and a byte of `drip` ten times a second until the end."""
    clients = [connect(port, beginning) for _ in range(connections)]
    over = threading.Event()

    def send() -> None:
        while drip and not over.wait(0.1):
            for client in clients:
                with contextlib.suppress(OSError):
                    client.sendall(drip)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield clients
    finally:
        over.set()
        thread.join()
        for client in clients:
            client.close()


SLOW = {
    "the head": (request("/fr/auth")[:-2], b"X"),
    "the request line": (b"GET /fr/", b"a"),
    "the body": (request("/fr/auth", FORM, LENGTH, method="POST"), b"a"),
    "a body of a larger form": (request("/fr/auth", FORM, "Content-Length: 20000000", method="POST"), b"a"),
    "nothing": (b"", b""),
    "only a line break": (b"\r\n", b""),
    "a chunked body": (request("/fr/auth", FORM, "Transfer-Encoding: chunked", method="POST"), b"1\r\na\r\n"),
    "a second request": (PAGE + b"GET /fr", b"a"),
}


@pytest.mark.parametrize("part", SLOW)
def test_clients_that_send_slowly_hold_no_thread(server, part):
    beginning, drip = SLOW[part]
    with attack(server.port, beginning, connections=60, drip=drip):
        assert {ask(server.port, PAGE)[0] for _ in range(10)} == {"HTTP/1.1 200 OK"}


def test_requests_that_do_not_come_to_an_end_are_given_up(server):
    with contextlib.ExitStack() as stack:
        begun = [
            stack.enter_context(attack(server.port, SLOW[part][0], connections=2, drip=SLOW[part][1]))
            for part in ("the head", "the body", "a body of a larger form")
        ]
        idle = stack.enter_context(attack(server.port, b"", connections=2))
        for client in [client for clients in begun for client in clients]:
            client.settimeout(60)
            assert read_answer(client)[0] == "HTTP/1.1 408 Request Timeout"
            assert read_answer(client) == ("", "")
        assert [read_answer(client) for client in idle] == [("", "")] * 2


def test_more_connections_than_the_server_holds_leave_room_for_another_one(server):
    with attack(server.port, b"GET /", connections=450), attack(server.port, b"", connections=450):
        assert {ask(server.port, PAGE)[0] for _ in range(10)} == {"HTTP/1.1 200 OK"}


def test_clients_that_do_not_read_hold_no_thread(server):
    picture = request("/static/img/share-fr.png")  # 13 kB, and the kernels keep up to 4 MB
    with attack(server.port, picture * 500, connections=20):
        assert {ask(server.port, PAGE)[0] for _ in range(10)} == {"HTTP/1.1 200 OK"}


def test_clients_that_do_not_close_hold_nothing(server):
    with attack(server.port, request("/fr/auth", "Connection: close"), connections=60):
        assert {ask(server.port, PAGE)[0] for _ in range(10)} == {"HTTP/1.1 200 OK"}


def test_a_request_in_small_pieces_is_answered(server):
    with connect(server.port) as client:
        for byte in PAGE:
            client.sendall(bytes([byte]))
        assert read_answer(client)[0] == "HTTP/1.1 200 OK"


def test_requests_sent_together_are_answered_in_their_order(server):
    data = (
        request("/health")
        + request("/fr/nowhere", LENGTH, method="POST")
        + b"a" * 1000
        + request("/robots.txt")
    )
    with connect(server.port, data) as client:
        statuses = [read_answer(client)[0].split()[1] for _ in range(3)]
    assert statuses == ["200", "404", "200"]


def test_a_body_that_waits_for_permission_is_asked_for(server):
    head = request("/fr/auth", FORM, LENGTH, "Expect: 100-continue", method="POST")
    with connect(server.port, head) as client:
        assert read_answer(client)[0] == "HTTP/1.1 100 Continue"
        client.sendall(b"a" * 1000)
        while (status := read_answer(client)[0]) == "HTTP/1.1 100 Continue":
            pass
        assert status == "HTTP/1.1 403 Forbidden"  # it has no CSRF token


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (["Transfer-Encoding: chunked"], "411"),
        (["Content-Length: 26214401"], "400"),
        (["Content-Length: 1" + "0" * 30], "400"),
        (["Content-Length: -1"], "400"),
        (["Content-Length: 1", "Content-Length: 2"], "400"),
        (["Content-Length: 1, 1"], "400"),
        (["Content-Length : 1"], "400"),
        ([f"X-{n}: {'x' * 4000}" for n in range(9)], "431"),
        ([f"X: {'x' * 9000}"], "431"),
        (["Script_Name: x", "No colon"], "400"),
    ],
)
def test_a_request_that_is_refused_ends_its_connection(server, headers, status):
    """What follows on the connection may be its body, and must not be read as another request."""
    with connect(server.port, request("/fr/auth", *headers, method="POST") + request("/health")) as client:
        assert read_answer(client)[0].split()[1] == status
        assert read_answer(client) == ("", "")


def test_a_body_is_complete_however_large_it_is(server):
    """25 MB pass through a temporary file; the form's refusal shows that it was read to its end."""
    body = b"email=" + b"a" * (reception.RECEIVE_BYTES * 15)
    headers = (FORM, f"Content-Length: {len(body)}")
    assert (
        ask(server.port, request("/fr/auth", *headers, method="POST") + body)[0] == "HTTP/1.1 403 Forbidden"
    )


def test_no_attack_has_ended_a_worker(server):
    assert len(server.workers) == 2
    assert server.log.read_text().count("Booting worker") == 2
