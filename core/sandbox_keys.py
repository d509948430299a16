"""The keys that open the parts of the sandbox which belong to a user's organisations.

The sandbox knows no users and no organisations, and lower apps know no sandbox: the app that gives out the keys
registers how to find a user's.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class SandboxKey:
    """A key of the sandbox's Vapi, and the name of the organisation that it was given to."""

    key: str
    organization: str


Finder = Callable[[HttpRequest], Iterable[SandboxKey]]
_finders: list[Finder] = []


def register_keys(find: Finder) -> None:
    """Add a function that returns the keys of a request's user."""
    if find not in _finders:
        _finders.append(find)


def keys_of(request: HttpRequest) -> list[SandboxKey]:
    """The keys of the organisations that the request's user is a member of."""
    return [key for find in _finders for key in find(request)]
