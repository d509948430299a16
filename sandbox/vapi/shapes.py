"""Assistants, numbers and chats in Vapi's shape."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from sandbox.models import Assistant, Chat, Owned, PhoneNumber
from sandbox.twilio.accounts import API_KEY_SECRET, OWN_SID

Body = dict[str, Any]

CHAT_PRICE = 0.005  # US dollars a turn


def format_time(moment: datetime) -> str:
    """A moment as Vapi writes it: ISO 8601, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def organization_id(key: str) -> str:
    """The `orgId` of a key."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"sandbox:{key}"))


def identity(row: Owned) -> Body:
    """The properties of every object at Vapi."""
    return {
        "id": str(row.id),
        "orgId": organization_id(row.key),
        "createdAt": format_time(row.created_at),
        "updatedAt": format_time(row.updated_at),
    }


def assistant_body(row: Assistant) -> Body:
    """An assistant as sent, and the properties that Vapi adds."""
    sent: Body = row.body
    return sent | identity(row)


def number_body(row: PhoneNumber) -> Body:
    """An imported number, with the sandbox's token; that of another account is not stored."""
    return {"status": "active"} | number_as_sent(row) | identity(row)


def number_as_sent(row: PhoneNumber) -> Body:
    """The number without the properties that Vapi adds. Like Vapi, it exposes the account's token."""
    sent: Body = row.body
    if not OWN_SID.fullmatch(sent["twilioAccountSid"]):
        return sent
    if sent.get("twilioApiKey"):
        return sent | {"twilioApiSecret": API_KEY_SECRET}
    return sent | {"twilioAuthToken": settings.SANDBOX_TWILIO_TOKEN}


def _speech(row: Chat) -> Body:
    """What the assistant said; with its tool `endCall` where it ends the conversation (AssistantMessage.tool_calls)."""
    said: Body = {"role": "assistant", "content": row.output}
    if row.state.get("is_over"):
        called = {"name": "endCall", "arguments": "{}"}
        said["tool_calls"] = [{"id": f"call_{row.id.hex}", "type": "function", "function": called}]
    return said


def chat_body(row: Chat) -> Body:
    """One turn of a chat."""
    cost: Body = {"type": "chat", "cost": CHAT_PRICE}
    thread = {"previousChatId": str(row.previous_id)} if row.previous_id else {}
    return (
        identity(row)
        | thread
        | {
            "assistantId": str(row.assistant_id),
            "input": row.input,
            "output": [_speech(row)],
            "cost": CHAT_PRICE,
            "costs": [cost],
        }
    )
