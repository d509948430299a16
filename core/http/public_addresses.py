"""Sockets that reach only public addresses, for hosts named by a third party.

The address is checked where the connection is opened. A name that is looked up for a check and again to connect may
answer differently the second time, and so lead into the private network ("DNS rebinding").

Only unicast outside of IANA's special-purpose registries is public. `ipaddress.is_global` is not enough: it calls
multicast public, and addresses that carry an IPv4 address for a gateway to unpack (NAT64, 6to4, ISATAP).
"""

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

import httpcore2

from core.http import deadline

# iana.org/assignments/iana-ipv4-special-registry, then multicast.
_SPECIAL_V4 = [
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "224.0.0.0/4",
    )
]  # fmt: skip
_UNICAST_V6 = ipaddress.IPv6Network("2000::/3")
# The entries of iana.org/assignments/iana-ipv6-special-registry inside of 2000::/3.
_SPECIAL_V6 = [
    ipaddress.IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]
# RFC 5214: the interface identifier of ISATAP, before the IPv4 address that it carries.
_ISATAP = (bytes.fromhex("00005efe"), bytes.fromhex("02005efe"))

# Names that no public server knows: RFC 6761, 6762, 7686, 8375 and 9476, ICANN's `internal`, the `lan` of routers.
_LOCAL_NAMES = (
    "alt", "example", "home.arpa", "internal", "invalid", "lan", "local", "localhost", "onion", "test",
)  # fmt: skip


class PrivateAddressError(Exception):
    """The host has an address outside of the public network."""


class Backend(deadline.Backend):
    """Connects to exactly the addresses it has checked. TLS still verifies the host's name."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception = httpcore2.ConnectError(f"{host}: no address")
        for address in _public_addresses(host, port):
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore2.ConnectError as error:
                failure = error
        raise failure


def is_public(address: str) -> bool:
    """Whether an IP address leads to the public network. Raises ValueError where it is no IP address."""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in network for network in _SPECIAL_V4)
    if parsed.scope_id is not None or parsed not in _UNICAST_V6 or parsed.packed[8:12] in _ISATAP:
        return False
    return not any(parsed in network for network in _SPECIAL_V6)


def is_public_host(host: str) -> bool:
    """Whether a host's name or address may be known on the whole internet. The name is not looked up."""
    try:
        return is_public(host)
    except ValueError:
        name = host.lower().removesuffix(".")
    # Resolvers read `127.1` and `0x7f.1` as addresses: no top-level name is a number.
    last = name.rpartition(".")[2]
    is_number = last.isdecimal() or last.startswith("0x") or ":" in name
    is_local = any(f".{name}".endswith(f".{local}") for local in _LOCAL_NAMES)
    return "." in name and last != "" and not is_number and not is_local


def _public_addresses(host: str, port: int) -> list[str]:
    """All addresses of a host. Raises PrivateAddressError if any is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(f"{host}: unknown host") from error
    addresses = [str(address[0]) for *_rest, address in found]
    if not all(map(is_public, addresses)):
        raise PrivateAddressError(host)
    return addresses
