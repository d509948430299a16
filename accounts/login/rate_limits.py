"""How often a link may be asked for, and a code tried, and by whom.

What was typed is counted, known or not, so that a refusal tells nothing about an address.
"""

import ipaddress
from datetime import timedelta

from accounts.addresses import fold_address
from accounts.login.browser import Asker
from accounts.models import AuthSession
from core.security.rate_limits import Limit, hit, hit_all

COOL_DOWN = Limit("link.cool_down", hits=1, per=timedelta(seconds=30))
PER_ADDRESS = Limit("link.address", hits=5, per=timedelta(hours=1))
PER_IP = Limit("link.ip", hits=20, per=timedelta(hours=1))
# A code has five tries, but whoever keeps asking gets another code, and another: this bounds their sum.
CODES = Limit("code.address", hits=20, per=timedelta(days=1))
# Dead links that are posted are written down, but a few: whoever keeps one could fill the history of its person.
REFUSALS = Limit("refused.address", hits=5, per=timedelta(hours=1))
# For mail to addresses that nobody has yet; counted where it is sent, since refusing here would tell them apart.
UNKNOWN_ADDRESSES = Limit("link.unknown", hits=300, per=timedelta(hours=1))


def hit_link(address: str, asker: Asker) -> None:
    """Count one request for a link to `address` (normalised). Raises `core.security.rate_limits.LimitedError`.

    A browser that has signed in to this address before has buckets of its own: a stranger who fills those of the
    address, or of a shared connection, does not lock its owner out.
    """
    mailbox = fold_address(address)
    # Asked here too, since most who ask have no cookie: not even building the query costs them anything.
    if asker.browser_hash and AuthSession.objects.known_browser(address, asker.browser_hash):
        own = f"{mailbox}|{asker.browser_hash}"
        hit_all([(COOL_DOWN, own), (PER_ADDRESS, own)])
    else:
        hit_all([(PER_IP, network(asker.ip)), (COOL_DOWN, mailbox), (PER_ADDRESS, mailbox)])


def hit_code(address: str, browser_hash: str) -> None:
    """Count one try of a code that came to `address`. Raises LimitedError; a known browser counts apart, as above."""
    mailbox = fold_address(address)
    known = AuthSession.objects.known_browser(address, browser_hash)
    hit(CODES, f"{mailbox}|{browser_hash}" if known else mailbox)


def hit_refusal(address: str) -> None:
    """Count one dead link to `address` that somebody posted. Raises LimitedError where enough are written down."""
    hit(REFUSALS, fold_address(address))


def network(ip: str | None) -> str:
    """What one subscriber holds: an IPv4 address, or the /64 of an IPv6 one."""
    if ip is None:
        return "unknown"
    address = ipaddress.ip_address(ip)
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
