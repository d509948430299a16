"""Sockets that reach only public addresses, for hosts named by a third party.

The address is checked where the connection is opened. A name that is looked up for a check and again to connect may
answer differently the second time, and so lead into the private network ("DNS rebinding").
"""

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

import httpcore2

from core.http import deadline


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


def _public_addresses(host: str, port: int) -> list[str]:
    """All addresses of a host. Raises PrivateAddressError if any is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(f"{host}: unknown host") from error
    addresses = [str(address[0]) for *_rest, address in found]
    if not all(ipaddress.ip_address(address).is_global for address in addresses):
        raise PrivateAddressError(host)
    return addresses
