"""The assistant that tells callers the facts. This app knows no assistants: an app above registers how to find it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

from organizations.facts.models import Topic
from organizations.models import Organization


@dataclass(frozen=True)
class Speaker:
    """The name of the assistant, empty where there is none, and examples of answers in its trade, by topic."""

    name: str = ""
    examples: Mapping[Topic, str | Promise] = field(default_factory=dict)


Finder = Callable[[Organization], Speaker | None]
_finders: list[Finder] = []


def register_finder(finder: Finder) -> None:
    """Have `finder` asked for the speaker of an organisation; called once, when the apps are ready."""
    _finders.append(finder)


def speaker_of(organization: Organization) -> Speaker:
    """The assistant that speaks for an organisation, as the first finder that knows one says."""
    return next((found for finder in _finders if (found := finder(organization))), Speaker())
