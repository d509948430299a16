"""Limits on requests for links and on tries of codes.

The typed address is counted whether it has an account or not, so that a refusal reveals nothing about it. An address is
counted by the network that asks: otherwise a stranger who asks often would lock its owner out. The larger limit over
all networks bounds the mail that one address gets.
"""

import ipaddress
from datetime import timedelta

from django.conf import settings

from accounts.addresses import fold_address
from accounts.models import AuthSession
from core.request_context import current_request
from core.security.rate_limits import Limit, hit, hit_all, refuse_if_full

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

COOL_DOWN = Limit("link.cool_down", hits=1, per=timedelta(seconds=30))
PER_ADDRESS = Limit("link.address", hits=5, per=HOUR)
PER_ADDRESS_IN_ALL = Limit("link.address_in_all", hits=15, per=HOUR)
# Each code allows five tries, but each new request brings another code: these bound the tries of all codes.
CODES = Limit("code.address", hits=20, per=DAY)
CODES_IN_ALL = Limit("code.address_in_all", hits=60, per=DAY)
# Refusals recorded in the audit: posting an unusable link again and again must not flood its user's history.
REFUSALS = Limit("refused.address", hits=5, per=HOUR)
# Mails to addresses without an account; counted when sending, since a refusal on the page would reveal which they are.
UNKNOWN_ADDRESSES = Limit("link.unknown", hits=300, per=HOUR)

SUBSCRIBER = {4: 32, 6: 64}  # bits of the network that one subscriber has
NEIGHBOURHOOD = {4: 24, 6: 48}  # and of the one in which changing the address is easy


def hit_link(address: str, browser_hash: str) -> None:
    """Count one request for a link to `address` (normalised). Raises `core.security.rate_limits.LimitedError`.

    A browser that has signed in to this address before has buckets of its own: a stranger who fills those of the
    address, or of a shared connection, does not lock its owner out.
    """
    mailbox = fold_address(address)
    # Checked here too, since most requests have no cookie: then the query need not even be built.
    if browser_hash and AuthSession.objects.known_browser(address, browser_hash):
        own = f"{mailbox}|{browser_hash}"
        hit_all([(COOL_DOWN, own), (PER_ADDRESS, own)])
        return
    client = current_request().client
    near = f"{mailbox}|{network(client, NEIGHBOURHOOD)}"
    hit_all(per_ip(client))
    # The buckets that all networks share come after that of the network: when its own is full, it must not fill those.
    # The cool-down is looked at before, so that pressing the button again does not use up the network's five.
    refuse_if_full(COOL_DOWN, mailbox)
    hit_all([(PER_ADDRESS, near), (COOL_DOWN, mailbox), (PER_ADDRESS_IN_ALL, mailbox)])


def hit_code(address: str, browser_hash: str) -> None:
    """Count one try of a code sent to `address`. Raises LimitedError. A known browser has a bucket of its own."""
    mailbox = fold_address(address)
    if AuthSession.objects.known_browser(address, browser_hash):
        hit(CODES, f"{mailbox}|{browser_hash}")
    else:
        near = f"{mailbox}|{network(current_request().client, NEIGHBOURHOOD)}"
        hit_all([(CODES, near), (CODES_IN_ALL, mailbox)])


def hit_refusal(address: str) -> None:
    """Count one refused link to `address`. Raises LimitedError once enough refusals are recorded."""
    hit(REFUSALS, fold_address(address))


def per_ip(client: str) -> list[tuple[Limit, str]]:
    """The buckets of a client's network, whatever addresses it asks for."""
    hits = settings.AVA_LINKS_PER_IP
    buckets = [(Limit("link.ip", hits=hits, per=HOUR), network(client, SUBSCRIBER))]
    if ":" in (wide := network(client, NEIGHBOURHOOD)):  # a /48 holds 65,536 networks of subscribers
        buckets.append((Limit("link.ip_wide", hits=5 * hits, per=HOUR), wide))
    return buckets


def network(client: str, bits: dict[int, int]) -> str:
    """The network of a `core.security.client_ip.client_key`, with as many bits as its version has in `bits`."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client  # an address that could not be read stands for itself
    return str(ipaddress.ip_network((address, bits[address.version]), strict=False))
