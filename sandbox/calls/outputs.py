"""The structured outputs of a call: values in the form of the JSON Schemas that its assistant asked for.

The stand-in knows what its conversations hold (`sandbox.conversation.summary`), and gives a value of a schema by its
name there. Of what it does not know, it makes an empty value of the right type.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from sandbox.conversation.summary import extract
from sandbox.models import Call

DEEPEST = 5  # levels of a schema that are filled
_EMPTY: dict[str, Any] = {"string": "", "number": 0, "integer": 0, "boolean": False}
_TYPES: dict[str, type] = {"string": str, "array": list}


@dataclass(frozen=True)
class Output:
    """One structured output of a call, `asked` as the assistant has it."""

    id: str
    asked: dict[str, Any]
    result: Any

    @property
    def name(self) -> str:
        return str(self.asked["name"])


def extract_asked(call: Call) -> dict[str, Any]:
    """What a model finds in what was said; empty where the assistant asks for nothing."""
    said = [turn["text"] for turn in call.turns if turn["role"] == "user"]
    return extract(call.assistant, said) if _asked_outputs(call) else {}


def made_outputs(call: Call) -> list[Output]:
    """The outputs of an answered call, in the order in which they were asked for."""
    if not call.extract or call.started_at is None:
        return []
    return [
        Output(
            str(uuid.uuid5(call.assistant_id, f"output {index}")), asked, _fill(asked["schema"], call.extract)
        )
        for index, asked in enumerate(_asked_outputs(call))
    ]


def _asked_outputs(call: Call) -> list[dict[str, Any]]:
    plan = call.assistant.get("artifactPlan") or {}
    return plan.get("structuredOutputs") or []


def _fill(schema: dict[str, Any], known: dict[str, Any], name: str = "", depth: int = 0) -> Any:
    kind = schema["type"]
    if kind == "object":
        inner = (schema.get("properties") or {}) if depth < DEEPEST else {}
        return {key: _fill(each, known, key, depth + 1) for key, each in inner.items()}
    value = known.get(name)
    if kind in _TYPES and isinstance(value, _TYPES[kind]):
        return value if kind == "array" else _allowed(schema, value)
    return [] if kind == "array" else _allowed(schema, _EMPTY[kind])


def _allowed(schema: dict[str, Any], value: Any) -> Any:
    """The value, or the first one that the schema allows."""
    allowed = schema.get("enum")
    return value if not allowed or value in allowed else allowed[0]
