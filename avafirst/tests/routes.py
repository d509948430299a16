"""Every route of the product, found by walking the resolver."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLResolver, get_resolver, reverse
from django.utils.translation import override

# What stands in an address where a route has a variable part: right in kind, unless a test says better.
EXAMPLES: dict[str, Any] = {
    "uuid": uuid.UUID(int=7),
    "int": 7,
    "slug": "bakery",
    "str": "x",
    "path": "x",
}


@dataclass(frozen=True)
class Route:
    """One address: its full name, and the kinds of its variable parts by name."""

    name: str
    parts: tuple[tuple[str, str], ...]

    @property
    def is_admin(self) -> bool:
        return self.name.startswith("admin:")

    def url(self, **given: Any) -> str:
        with override("fr"):  # a test before may have left another language active
            return reverse(
                self.name, kwargs={part: given.get(part, EXAMPLES[kind]) for part, kind in self.parts}
            )


def routes() -> list[Route]:
    """All, in the order of the resolver. A page without a name would be invisible here: fails on one."""
    return list(_walk(get_resolver(), [], {}))


def _walk(resolver: URLResolver, namespaces: list[str], outer: dict[str, str]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        converters = getattr(entry.pattern, "converters", {})
        parts = outer | {
            name: type(converter).__name__.removesuffix("Converter").replace("String", "str").lower()
            for name, converter in converters.items()
        }
        if isinstance(entry, URLResolver):
            yield from _walk(entry, [*namespaces, entry.namespace] if entry.namespace else namespaces, parts)
        elif entry.name is None:
            assert namespaces == ["admin"], f"{entry.pattern} has no name"
        else:
            groups = getattr(entry.pattern, "regex", None)
            names = set(groups.groupindex) if groups else set()
            yield Route(
                ":".join([*namespaces, str(entry.name)]),
                tuple((name, parts.get(name, "str")) for name in sorted(names | set(parts))),
            )
