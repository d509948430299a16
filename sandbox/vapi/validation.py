"""Checks a body against Vapi's schemas, with the error sentences of its validation.

`schemas.json` is the part of Vapi's published document that our clients use: the properties of each kind of body, and
the type, limits, allowed values or kind of body of each property. `by` names the property that tells the kind; a kind
without a description ("") and a property without rules are accepted unchecked. `values` is the rule for every value of
an object that may have any names. Unlike the published document, and like Vapi, it refuses unknown properties.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

Rule = dict[str, Any]

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
}


@cache
def schemas() -> dict[str, Rule]:
    """The schemas, by their names in the published document."""
    described: dict[str, Rule] = json.loads((Path(__file__).parent / "schemas.json").read_text())
    return described


def faults(schema: str, body: dict[str, Any], prefix: str = "") -> list[str]:
    """Vapi's error sentences for this body; empty where it is valid."""
    return list(_faults(schema, body, prefix))


def _faults(schema: str, body: dict[str, Any], prefix: str) -> Iterator[str]:
    described = schemas()[schema]
    for name in described.get("required", []):
        if body.get(name) is None:
            yield f"{prefix}{name} should not be null or undefined"
    for name, value in body.items():
        rule = described["properties"].get(name)
        if rule is None:
            yield f"{prefix}property {name} should not exist"
        elif value is not None:
            yield from _faults_of(rule, value, f"{prefix}{name}")


def _faults_of(rule: Rule, value: Any, path: str) -> Iterator[str]:
    if not _is_of(rule.get("type", _type_of(rule)), value):
        yield f"{path} must be {_article(rule.get('type', _type_of(rule)))}"
    elif "ref" in rule:
        yield from _faults(rule["ref"], value, f"{path}.")
    elif "by" in rule:
        yield from _faults_of_kind(rule, value, path)
    elif "values" in rule:
        for name, each in value.items():
            yield from _faults_of(rule["values"], each, f"{path}.{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _faults_of(rule.get("items", {}), item, f"{path}.{index}")
    else:
        yield from _faults_of_scalar(rule, value, path)


def _faults_of_kind(rule: Rule, value: dict[str, Any], path: str) -> Iterator[str]:
    kinds = rule["of"]
    kind = value.get(rule["by"])
    if not isinstance(kind, str) or kind not in kinds:
        yield f"{path}.{rule['by']} must be one of the following values: {', '.join(kinds)}"
    elif kinds[kind]:
        yield from _faults(kinds[kind], value, f"{path}.")


def _faults_of_scalar(rule: Rule, value: Any, path: str) -> Iterator[str]:
    if value not in rule.get("enum", [value]):
        yield f"{path} must be one of the following values: {', '.join(rule['enum'])}"
    if isinstance(value, str):
        if len(value) > rule.get("maxLength", len(value)):
            yield f"{path} must be shorter than or equal to {rule['maxLength']} characters"
        if len(value) < rule.get("minLength", 0):
            yield f"{path} must be longer than or equal to {rule['minLength']} characters"
    elif isinstance(value, int | float):
        if value > rule.get("maximum", value):
            yield f"{path} must not be greater than {rule['maximum']}"
        if value < rule.get("minimum", value):
            yield f"{path} must not be less than {rule['minimum']}"


def _type_of(rule: Rule) -> str:
    return "object" if "ref" in rule or "by" in rule else ""


def _is_of(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind in {"", "boolean"}
    return isinstance(value, TYPES.get(kind, (object,)))


def _article(kind: str) -> str:
    return f"an {kind}" if kind in {"object", "array"} else f"a {kind}"
