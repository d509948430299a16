"""What is read of Vapi's messages and calls, and so what is stored of a message: nothing else.

A list of what to keep cannot forget a secret, as one of what to remove can: the number carries a login at Twilio, the
assistant its prompt and our own secret, and Vapi adds properties when it likes.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from assistants.sync.call_summary import OUTPUT_NAME, VALUES
from core.text import printable

Json = dict[str, Any]

LONGEST_TEXT = 20_000  # characters
MOST_ITEMS = 2_000  # turns of a conversation
MOST_TEXTS = 50  # items of a list in a structured output
MOST_TRANSFERS = 20
_LARGEST = 2**53  # the largest whole number that JSON carries exactly
_SPEAKING = frozenset({"bot", "assistant", "user"})  # roles; the system message is the prompt

# Artifact's properties that name a recording; the last one is deprecated.
RECORDINGS = ("presignedMonoUrl", "recording", "recordingUrl")

# A name leads to None where a value is kept, to a shape, to a list with the shape of its items, or to a function; to
# `bool` where only is kept that there is a value: the addresses of a recording open it to anyone.
_NUMBER = {"number": None}
_CALL = {
    **dict.fromkeys(
        ("id", "type", "status", "name", "createdAt", "updatedAt", "assistantId", "phoneCallProviderId")
    ),
    "transport": {"callSid": None},
    "customer": _NUMBER,
    "phoneNumber": _NUMBER,
}
_BREAKDOWN = {
    **dict.fromkeys(("transport", "stt", "llm", "tts", "vapi", "chat", "total")),
    "analysisCostBreakdown": dict.fromkeys(
        ("summary", "structuredData", "successEvaluation", "structuredOutput")
    ),
}
_TURN = dict.fromkeys(("role", "message", "time", "endTime", "secondsFromStart"))
_TRANSFER = {"destination": dict.fromkeys(("type", "number", "sipUri")), "status": None}


def _select_outputs(outputs: Any) -> Json | None:
    """The structured output that we ask for, under its id at Vapi; those of the account's owner are left out."""
    if not isinstance(outputs, dict):
        return None
    found = (
        each for each in outputs.items() if isinstance(each[1], dict) and each[1].get("name") == OUTPUT_NAME
    )
    key, output = min(found, key=lambda each: str(each[0]), default=("", None))
    return {printable(key[:LONGEST_TEXT]): select(output, _OUTPUT)} if output else None


def _select_texts(values: Any) -> Any:
    """A text, or the texts in a list."""
    if isinstance(values, list):
        return [_scalar(each) for each in values[:MOST_TEXTS] if isinstance(each, str)]
    return _scalar(values)


def _select_transfers(transfers: Any) -> list[Json] | None:
    if not isinstance(transfers, list):
        return None
    return [select(each, _TRANSFER) for each in transfers[:MOST_TRANSFERS] if isinstance(each, dict)]


_OUTPUT = {"name": None, "result": dict.fromkeys(VALUES, _select_texts)}
_ENDING = {
    **dict.fromkeys(("startedAt", "endedAt", "endedReason", "cost")),
    "costBreakdown": _BREAKDOWN,
    "artifact": {
        "messages": [_TURN],
        "structuredOutputs": _select_outputs,
        "transfers": _select_transfers,
        **dict.fromkeys(RECORDINGS, bool),
    },
}
MESSAGE: Json = {
    **dict.fromkeys(("type", "timestamp", "status")),
    **_ENDING,
    "call": _CALL,
    "customer": _NUMBER,
    "phoneNumber": _NUMBER,
}
CALL: Json = {**_CALL, **_ENDING}


def select(value: Any, shape: Json) -> Json:
    """The properties of `value` that `shape` names, without what no database stores; empty where it is no object."""
    found = value if isinstance(value, dict) else {}
    kept = {name: _select(found[name], inner) for name, inner in shape.items() if name in found}
    return {name: each for name, each in kept.items() if each is not None}


def _select(value: Any, shape: Any) -> Any:
    if isinstance(shape, dict):
        return select(value, shape) if isinstance(value, dict) else None
    if shape is bool:
        return True if value else None
    if isinstance(shape, list):
        return _select_spoken(value, shape[0]) if isinstance(value, list) else None
    if callable(shape):
        return shape(value)
    return _scalar(value)


def _select_spoken(items: list[Any], shape: Json) -> list[Json]:
    spoken = [each for each in items if isinstance(each, dict) and str(each.get("role")) in _SPEAKING]
    return [select(each, shape) for each in spoken[:MOST_ITEMS]]


def _scalar(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value[:LONGEST_TEXT])
    if isinstance(value, int):
        return value if abs(value) < _LARGEST else None
    return value if isinstance(value, Decimal) else None


def read_decimal(value: Any) -> Decimal | None:
    """A number, or one that was stored as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
