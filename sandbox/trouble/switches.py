"""Faults that can be switched on: answers of the providers, and treatment of webhooks.

A switch is a row that `switch_on` creates; every request to that provider calls `next_trouble`.
"""

from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from sandbox.models import Trouble

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

LONGEST_HANG = 60  # seconds that a request, or a delay, takes at most

ANSWERS = {
    "401": _("Refuse the login (401)"),
    "402": _("No credit left (402)"),
    "429": _("Too many requests (429)"),
    "500": _("Internal error (500)"),
    "503": _("Unavailable (503)"),
    "html": _("Answer HTML instead of JSON"),
    "large": _("Answer 10 MB"),
    "hang": _("Answer late"),
}
# They only meet a deletion: of an assistant, of a call.
DELETIONS = {
    "409": _("Pinned, cannot be deleted (409)"),
    "erasing": _("Recordings of a deleted call not yet erased (503)"),
}
WEBHOOKS = {
    "drop": _("Lose webhooks"),
    "duplicate": _("Send webhooks twice"),
    "delay": _("Send webhooks late"),
    "shuffle": _("Send webhooks out of order"),
}
KINDS: "dict[str, dict[str, StrPromise]]" = {
    "vapi": ANSWERS | DELETIONS,
    "twilio": ANSWERS,
    "webhooks": WEBHOOKS,
}
TIMED = frozenset({"429", "hang", "delay", "shuffle"})  # those that take a number of seconds


def switch_on(provider: str, kind: str, *, times: int | None = None, seconds: int = 5) -> Trouble:
    """Have `provider` (vapi, twilio, webhooks) fail for the next `times` requests, or until it is switched off.

    `seconds` are how long it hangs or delays, 60 at most, or what Retry-After says. Raises ValueError for a kind that
    the provider does not know.
    """
    if kind not in KINDS.get(provider, {}):
        raise ValueError(f"{provider} knows no trouble called {kind}")
    trouble, _created = Trouble.objects.update_or_create(
        provider=provider,
        kind=kind,
        defaults={"remaining": times, "seconds": min(max(seconds, 0), LONGEST_HANG)},
    )
    return trouble


def switch_off(provider: str = "", kind: str = "") -> None:
    """Switch off one fault, or all of a provider; without arguments all."""
    wanted = {"provider": provider, "kind": kind}
    Trouble.objects.filter(**{name: value for name, value in wanted.items() if value}).delete()


def next_trouble(provider: str, *kinds: str) -> Trouble | None:
    """The fault that meets this request, counted down; None without one. Only `kinds`, where given."""
    switched_on = Trouble.objects.on(provider)
    if kinds:
        switched_on = switched_on.filter(kind__in=kinds)
    for trouble in switched_on:
        if trouble.remaining is None or _counted_down(trouble):
            return trouble
    return None


def _counted_down(trouble: Trouble) -> bool:
    """Whether this request is one of the `remaining`: two at once must not count as one."""
    return bool(Trouble.objects.filter(pk=trouble.pk, remaining__gt=0).update(remaining=F("remaining") - 1))
