import pytest

from core.security.client_ip import client_ip


def ip(rf, forwarded: str | None, remote: str = "198.51.100.9") -> str | None:
    headers = {"x-forwarded-for": forwarded} if forwarded is not None else {}
    return client_ip(rf.get("/", headers=headers, REMOTE_ADDR=remote))


@pytest.mark.parametrize("forwarded", [None, "", "203.0.113.7", "203.0.113.7, 192.0.2.1", "nonsense"])
def test_without_trusted_proxies_the_header_is_ignored(rf, settings, forwarded):
    settings.TRUSTED_PROXIES = 0
    assert ip(rf, forwarded) == "198.51.100.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (1, "6.6.6.6,203.0.113.7 , ", "203.0.113.7"),
        (2, "6.6.6.6, 203.0.113.7, 192.0.2.1", "203.0.113.7"),
        (2, "203.0.113.7", "203.0.113.7"),
        (1, None, "198.51.100.9"),
        (1, "", "198.51.100.9"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "6.6.6.6, 203.0.113.7:40007", "203.0.113.7"),
        (1, '"203.0.113.7:40007"', "203.0.113.7"),
        (1, "[2001:DB8::1]:4711", "2001:db8::1"),
        (1, "[2001:db8::1]", "2001:db8::1"),
        (1, '"[2001:db8::1]:4711"', "2001:db8::1"),
        (1, "[fe80::1%eth0]:4711", "fe80::1"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
        (1, "::FFFF:CB00:7107", "203.0.113.7"),
        (1, "[::ffff:203.0.113.7]:4711", "203.0.113.7"),
        (1, "\t203.0.113.7 ,, ", "203.0.113.7"),
        (2, "6.6.6.6,203.0.113.7:1,10.0.0.1:2", "203.0.113.7"),
        (1, "203.0.113.7, unknown", None),
        (1, "203.0.113.7, _hidden", None),
        (1, "203.0.113.7, <script>", None),
        (1, "203.0.113.7, 1.2.3.4.5", None),
    ],
)
def test_with_proxies_it_is_read_from_the_right(rf, settings, proxies, forwarded, client):
    settings.TRUSTED_PROXIES = proxies
    assert ip(rf, forwarded) == client


@pytest.mark.parametrize("remote", ["::ffff:203.0.113.7", "::FFFF:203.0.113.7"])
def test_a_connection_from_ipv4_over_ipv6_is_the_ipv4_address(rf, settings, remote):
    settings.TRUSTED_PROXIES = 0
    assert ip(rf, None, remote) == "203.0.113.7"


def test_without_any_address_there_is_none(rf):
    assert ip(rf, None, remote="") is None


@pytest.mark.django_db
def test_what_a_client_writes_is_not_what_is_kept(client, owner):
    from accounts.models import LoginToken

    client.post(
        "/fr/auth", {"email": owner.email}, headers={"x-forwarded-for": "6.6.6.6"}, REMOTE_ADDR="198.51.100.9"
    )
    assert LoginToken.objects.get().ip == "198.51.100.9"
