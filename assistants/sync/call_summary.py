"""The structured output that every assistant asks of Vapi: what the caller wanted.

Source: CreateStructuredOutputDTO and JsonSchema of Vapi's OpenAPI document. It stands inside of the assistant, so that
no output is left over at Vapi when the assistant is deleted. Vapi's own model and prompt make it.
"""

from typing import Any

from assistants.catalog.summary_words import WORDS

OUTPUT_NAME = "avafirst_call_summary"  # by which it is told from the account's other outputs
PURPOSES = ("message", "callback", "appointment", "complaint", "none")
URGENCIES = ("low", "normal", "urgent")
# The values, by the names that they have in the result. All are text but the last two, which are lists of texts.
VALUES = (
    "subject",
    "caller_name",
    "purpose",
    "callback_number",
    "wanted_at",
    "urgency",
    "wishes",
    "unanswered",
    "unsure",
)
DOUBTFUL = [name for name in VALUES if name not in {"unanswered", "unsure"}]  # values that may be unsure
_TYPES: dict[str, dict[str, Any]] = {
    "purpose": {"type": "string", "enum": list(PURPOSES)},
    "urgency": {"type": "string", "enum": list(URGENCIES)},
    "unanswered": {"type": "array", "items": {"type": "string"}},
    "unsure": {"type": "array", "items": {"type": "string", "enum": DOUBTFUL}},
}


def summary_plan(language: str) -> dict[str, Any]:
    """The part of an `artifactPlan` that asks for it, in the assistant's language."""
    words = WORDS[language]
    described = {
        name: _TYPES.get(name, {"type": "string"}) | {"description": words.fields[name]} for name in VALUES
    }
    schema = {"type": "object", "properties": described, "required": list(VALUES)}
    return {
        "structuredOutputs": [
            {"type": "ai", "name": OUTPUT_NAME, "description": words.task, "schema": schema}
        ]
    }
