"""Sockets that reach public servers only, for a host that somebody else named.

The address is looked at where it is connected to. A name that is looked up once for the check and again to connect may
answer differently the second time, which leads into the private network after all ("DNS rebinding").
"""

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

import httpcore2

from core.http import deadline


class PrivateAddressError(Exception):
    """A host has an address outside of the public network."""


class Backend(deadline.Backend):
    """Connects to the very addresses that it found to be public. TLS, above it, still asks for the host's name."""

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


def _public_addresses(host: str, port: int) -> list[str]:
    """Every address of a host, as digits. Raises PrivateAddressError where one is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(f"{host}: unknown host") from error
    addresses = [str(address[0]) for *_rest, address in found]
    if not all(ipaddress.ip_address(address).is_global for address in addresses):
        raise PrivateAddressError(host)
    return addresses
