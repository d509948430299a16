"""Parses JSON from outside. What is nested too deeply exhausts the stack of any function that walks it later."""

import itertools
import json
import math
from collections.abc import Callable, Iterable
from typing import Any

MAX_DEPTH = 64  # lists and objects inside each other; Vapi's own take about ten


def parse_json(text: bytes | str, *, parse_float: Callable[[str], Any] = float) -> Any:
    """Parse like `json.loads`.

    Raises ValueError for what is no JSON, a number that no float or database holds, and a depth above MAX_DEPTH.
    """

    def finite(number: str) -> Any:
        if math.isinf(float(number)):
            raise ValueError("a number out of range")
        try:
            return parse_float(number)
        except ArithmeticError as error:  # of Decimal
            raise ValueError("a number out of range") from error

    try:
        value = json.loads(text, parse_float=finite, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if _is_deeper(value, MAX_DEPTH):
        raise ValueError("nested too deeply")
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _is_deeper(value: Any, depth: int) -> bool:
    """Whether lists and objects are nested deeper than this; goes down level by level instead of recursing."""
    level = [value]
    for _ in range(depth):
        level = list(itertools.chain.from_iterable(map(_members, level)))
    return any(isinstance(each, dict | list) for each in level)


def _members(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
