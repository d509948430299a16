"""Hosts that customers name are reached only at public addresses, and the simulated internet that shows it."""

import ipaddress
import socket
import ssl
import threading
from datetime import timedelta

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from core.http import client as http
from core.http.public_addresses import is_public_host
from core.tests import wild

NAME = "hooks.example.com"
PUBLIC, OTHER_PUBLIC, PRIVATE = "93.184.215.14", "93.184.215.15", "127.0.0.1"
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfine"

# iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry, all entries, then multicast.
SPECIAL = (
    "0.0.0.0/8", "0.0.0.0/32", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.0.0/29", "192.0.0.8/32", "192.0.0.9/32", "192.0.0.10/32", "192.0.0.170/32",
    "192.0.0.171/32", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
    "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "255.255.255.255/32",
    "::1/128", "::/128", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64",
    "2001::/23", "2001::/32", "2001:1::1/128", "2001:1::2/128", "2001:1::3/128", "2001:2::/48", "2001:3::/32",
    "2001:4:112::/48", "2001:10::/28", "2001:20::/28", "2001:30::/28", "2001:db8::/32", "2002::/16",
    "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
    "224.0.0.0/4", "ff00::/8", "fec0::/10", "::/96",
)  # fmt: skip
ENDS = sorted({str(end) for each in map(ipaddress.ip_network, SPECIAL) for end in (each[0], each[-1])})
# The loopback or private IPv4 address inside of another one.
CARRIED = (
    "::ffff:10.0.0.1", "::10.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::10.0.0.1",
    "2002:a00:1::1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:f5ff:fffe", "2a00:1450:4007::5efe:10.0.0.1",
    "2a00:1450:4007::200:5efe:10.0.0.1", "::ffff:0:10.0.0.1", "fe80::1%eth0", "2a00:1450:4007::1%eth0",
)  # fmt: skip
GLOBAL = (
    "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
    "192.0.1.0", "223.255.255.255", "2001:200::1", "2001:4860:4860::8888", "2003::1", "2606:4700::1111", "3ffe::1",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _own_connections():
    """Leave no open connection to the next test."""
    http._public_client.cache_clear()
    yield
    http._public_client().close()
    http._public_client.cache_clear()


@pytest.fixture
def named(monkeypatch):
    """Resolve the name to these addresses: one list a look-up, the last one from then on. Counts the look-ups."""
    real = socket.getaddrinfo

    def answer_with(*answers):
        asked = []

        def resolve(host, port, *rest, **options):
            if host != NAME:
                return real(host, port, *rest, **options)
            asked.append(host)
            addresses = answers[min(len(asked), len(answers)) - 1]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

        monkeypatch.setattr("socket.getaddrinfo", resolve)
        return asked

    return answer_with


@pytest.fixture
def internet(monkeypatch):
    """Public addresses are ports of this machine, for those that were given one; all others refuse."""
    real = socket.create_connection
    places: dict[str, int] = {}

    def connect(address, *rest, **options):
        host, _port = address
        if host in (PRIVATE, NAME):
            return real(address, *rest, **options)
        if host not in places:
            raise ConnectionRefusedError
        return real((PRIVATE, places[host]), *rest, **options)

    monkeypatch.setattr("socket.create_connection", connect)
    return places


@pytest.fixture
def listener():
    """A server in the private network, with its requests in `visits`."""
    visits = []
    with wild.serving(lambda *_: visits.append(1)) as url:
        yield int(url.rpartition(":")[2]), visits


def certificate(tmp_path, name):
    """A certificate that vouches for itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = timezone.now()
    signed = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / f"{name}.pem"
    path.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def https_server(tmp_path, monkeypatch):
    """A server that speaks TLS under a name, and is trusted; gives its port and what it was asked: (SNI, head)."""
    stop = threading.Event()
    threads, listeners = [], []

    def serve(name, answer=FINE):
        path = certificate(tmp_path, name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        asked = []
        context.sni_callback = lambda _socket, wanted, _context: asked.append(wanted)
        monkeypatch.setattr(
            httpx2, "create_ssl_context", lambda **_: ssl.create_default_context(cafile=str(path))
        )
        http._public_client.cache_clear()
        listener = socket.create_server((PRIVATE, 0))
        listeners.append(listener)

        def attend():
            while True:
                connection, _address = listener.accept()
                if stop.is_set():
                    connection.close()
                    return
                try:
                    with context.wrap_socket(connection, server_side=True) as secure:
                        asked.append(secure.recv(65536).decode())
                        secure.sendall(answer)
                except OSError:  # a client that does not trust us
                    connection.close()

        threads.append(threading.Thread(target=attend))
        threads[-1].start()
        return listener.getsockname()[1], asked

    real_connect = socket.create_connection
    yield serve
    stop.set()
    for thread, listener in zip(threads, listeners, strict=True):
        real_connect(listener.getsockname()).close()
        thread.join()
        listener.close()


def test_name_that_turns_private_after_the_check_is_not_reached(named, internet, listener):
    port, visits = listener
    named([PUBLIC], [PRIVATE])
    with pytest.raises(http.UnreachableError):
        http.send("POST", f"https://{NAME}:{port}/", json={}, foreign=True)
    assert visits == []


@pytest.mark.parametrize("addresses", [[PRIVATE], [PUBLIC, PRIVATE], [PRIVATE, PUBLIC]])
def test_one_private_address_is_enough_to_refuse(named, internet, listener, addresses):
    port, visits = listener
    named(addresses)
    with pytest.raises(http.MalformedError):
        http.send("GET", f"https://{NAME}:{port}/", foreign=True)
    assert visits == []


@pytest.mark.parametrize("address", [*ENDS, *CARRIED])
def test_special_address_is_refused(named, internet, address):
    named([address])
    with pytest.raises(http.MalformedError):
        http.send("GET", f"https://{NAME}/", foreign=True)


@pytest.mark.parametrize("address", GLOBAL)
def test_global_address_is_tried(named, internet, address):
    named([address])
    with pytest.raises(http.UnreachableError):  # the simulated internet has no server there
        http.send("GET", f"https://{NAME}/", foreign=True)


def test_host_of_the_site_is_public_by_the_same_rule():
    assert [each for each in (*ENDS, *CARRIED) if is_public_host(each)] == []
    assert [each for each in GLOBAL if not is_public_host(each)] == []


@pytest.mark.parametrize(
    "host",
    ["", ".", "localhost", "Localhost.", "ava.LOCAL", "ava.local.", "ava.home.arpa", "ava.lan", "ava.internal",
     "127.1", "0x7f.1", "10.0x1", "1.2.3.4.5", "2130706433", "[::1]", "console"],
)  # fmt: skip
def test_local_name_is_not_public(host):
    assert not is_public_host(host)


@pytest.mark.parametrize("host", ["console.example.com", "Ava.example.com.", "a.xn--4dbrk0ce", "local.fr"])
def test_name_below_a_public_top_level_is_public(host):
    assert is_public_host(host)


def test_checked_server_is_asked_by_its_name(named, internet, https_server):
    internet[PUBLIC], asked = https_server(NAME)
    lookups = named([PUBLIC], [PRIVATE])
    assert http.send("GET", f"https://{NAME}/path", foreign=True).body == b"fine"
    server_name, head = asked
    assert server_name == NAME
    assert f"\r\nHost: {NAME}\r\n".lower() in head.lower()
    assert len(lookups) == 1


def test_certificate_must_be_the_names(named, internet, https_server):
    internet[PUBLIC], asked = https_server("other.example.com")
    named([PUBLIC])
    with pytest.raises(http.UnreachableError):
        http.send("GET", f"https://{NAME}/", foreign=True)
    assert asked == [NAME]


def test_second_address_is_tried_where_the_first_refuses(named, internet, https_server):
    internet[OTHER_PUBLIC], _asked = https_server(NAME)
    named([PUBLIC, OTHER_PUBLIC])
    assert http.send("GET", f"https://{NAME}/", foreign=True).body == b"fine"


@pytest.mark.parametrize(
    "url",
    ["http://{name}/", "ftp://{name}/", "https:///path", "https://[::1/", "https://{name}/\x01", "", "{site}@{name}/"],
    ids=["http", "ftp", "nobody", "broken", "control", "nothing", "ours before the @"],
)  # fmt: skip
def test_address_that_is_not_https_elsewhere_is_refused(named, settings, url):
    lookups = named([PUBLIC])
    with pytest.raises(http.MalformedError):
        http.send("GET", url.format(name=NAME, site=settings.SITE_URL), foreign=True)
    assert lookups == []


def test_port_that_is_none_is_refused(named):
    with pytest.raises(http.HttpError):
        http.send("GET", "https://127.0.0.1:99999/", foreign=True)


def test_our_own_server_may_be_named_by_others(settings, httpserver):
    settings.SITE_URL = f"http://127.0.0.1:{httpserver.port}"
    httpserver.expect_request("/webhooks/vapi").respond_with_data("heard")
    assert http.send("POST", f"{settings.SITE_URL}/webhooks/vapi", json={}, foreign=True).body == b"heard"
