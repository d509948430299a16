"""Answers that no honest provider gives: a body with each of its values replaced, and bodies that are no JSON."""

import json
from collections.abc import Iterator
from typing import Any

# JSON as text, since some of these no encoder writes.
VALUES = {
    "null": "null",
    "true": "true",
    "number": "7",
    "empty": '""',
    "list": "[[]]",
    "object": '{"id": {}}',
    "nested": "[" * 900 + "]" * 900,
    "NUL": r'"a\u0000b"',
    "half a character": r'"\ud800"',
    "the other way": r'"\u202e\u2066x"',
    "header": r'"x\r\nSubject: y"',
    "markup": '"<script>{{ 7 }}</script>"',
    "path": '"../call/1"',
    "long": f'"{"x" * 300}"',
    "megabyte": f'"{"number " * 150_000}"',
    "ancient": '"0001-01-01T00:00:00+23:59"',
}
# What no parser should let through, wherever it stands.
NUMBERS = ("NaN", "-Infinity", "1e400", "1e99999999999999999999", "9" * 5000)
BODIES = {
    "nothing": b"",
    "html": b"<!doctype html><title>Maintenance</title>",
    "no UTF-8": b'{"id": "\xff\xfe"}',
    "half a character in bytes": b'{"id": "\xed\xa0\x80", "message": "\xed\xa0\x80"}',
    "deep": b"[" * 10_000 + b"]" * 10_000,
    "twice the same key": b'{"id": "a", "id": "\\u0000"}',
    "many": b"[" + b",".join([b'{"id": "a"}'] * 5000) + b"]",
    **{number[:30]: f'{{"id": {number}}}'.encode() for number in NUMBERS},
    **{name: text.encode() for name, text in VALUES.items()},
}
WAITS = [
    "1" + "0" * 400, "-5", "0", "NaN", "1e9", "²", "", "soon", "Mon, 01 Jan 99999999999 00:00:00 GMT",
    "Mon, 01 Jan 2026 00:00:00 +99999999999999", "Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359",
]  # fmt: skip
MARK = "@@"


def lies_about(body: Any) -> Iterator[tuple[str, bytes]]:
    """Name and text of each lie about a JSON body."""
    yield from BODIES.items()
    for path in _paths(body):
        honest = json.dumps(_replaced(body, path))
        for name, text in VALUES.items():
            yield f"{'.'.join(map(str, path))}: {name}", honest.replace(f'"{MARK}"', text).encode()


def _paths(value: Any, *, depth: int = 3) -> Iterator[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (step,)
        if depth > 1:
            yield from ((step, *rest) for rest in _paths(inner, depth=depth - 1))


def _replaced(value: Any, path: tuple[Any, ...]) -> Any:
    if not path:
        return MARK
    copy = value.copy()
    copy[path[0]] = _replaced(value[path[0]], path[1:])
    return copy
