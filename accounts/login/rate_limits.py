"""Limits on requests for links and on tries of codes.

The typed address is counted whether it has an account or not, so that a refusal reveals nothing about it.
"""

import ipaddress
from datetime import timedelta

from accounts.addresses import fold_address
from accounts.login.browser import Requester
from accounts.models import AuthSession
from core.security.rate_limits import Limit, hit, hit_all

COOL_DOWN = Limit("link.cool_down", hits=1, per=timedelta(seconds=30))
PER_ADDRESS = Limit("link.address", hits=5, per=timedelta(hours=1))
PER_IP = Limit("link.ip", hits=20, per=timedelta(hours=1))
# Each code allows five tries, but each new request brings another code: this bounds the tries of all codes.
CODES = Limit("code.address", hits=20, per=timedelta(days=1))
# Refusals recorded in the audit: posting an unusable link again and again must not flood its user's history.
REFUSALS = Limit("refused.address", hits=5, per=timedelta(hours=1))
# Mails to addresses without an account; counted when sending, since a refusal on the page would reveal which they are.
UNKNOWN_ADDRESSES = Limit("link.unknown", hits=300, per=timedelta(hours=1))


def hit_link(address: str, requester: Requester) -> None:
    """Count one request for a link to `address` (normalised). Raises `core.security.rate_limits.LimitedError`.

    A browser that has signed in to this address before has buckets of its own: a stranger who fills those of the
    address, or of a shared connection, does not lock its owner out.
    """
    mailbox = fold_address(address)
    # Checked here too, since most requests have no cookie: then the query need not even be built.
    if requester.browser_hash and AuthSession.objects.known_browser(address, requester.browser_hash):
        own = f"{mailbox}|{requester.browser_hash}"
        hit_all([(COOL_DOWN, own), (PER_ADDRESS, own)])
    else:
        hit_all([(PER_IP, network(requester.ip)), (COOL_DOWN, mailbox), (PER_ADDRESS, mailbox)])


def hit_code(address: str, browser_hash: str) -> None:
    """Count one try of a code sent to `address`. Raises LimitedError. A known browser has a bucket of its own."""
    mailbox = fold_address(address)
    known = AuthSession.objects.known_browser(address, browser_hash)
    hit(CODES, f"{mailbox}|{browser_hash}" if known else mailbox)


def hit_refusal(address: str) -> None:
    """Count one refused link to `address`. Raises LimitedError once enough refusals are recorded."""
    hit(REFUSALS, fold_address(address))


def network(ip: str | None) -> str:
    """The network of one subscriber: an IPv4 address, or the /64 of an IPv6 one."""
    if ip is None:
        return "unknown"
    address = ipaddress.ip_address(ip)
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
