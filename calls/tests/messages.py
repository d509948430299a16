"""Vapi's messages about one call, as they are delivered."""

from datetime import UTC, datetime, timedelta
from typing import Any

from assistants.sync.call_summary import OUTPUT_NAME

Json = dict[str, Any]

BEGIN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
CALL_ID = "01a000b4-8289-788f-9acc-b83483497bc1"
ASSISTANT_ID = "99eff76a-af22-479e-bd46-7b1ea75806d9"
SID = "CAcac1044201c9b398684018f71c344d30"
TOKEN = "5ecret0f7w1l105ecret0f7w1l105ecr"
PROMPT = "Vous répondez pour la boulangerie."


def time_of(seconds: float) -> str:
    """So many seconds after the call's begin, as Vapi writes a time."""
    moment = BEGIN + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(seconds: float) -> int:
    return round((BEGIN.timestamp() + seconds) * 1000)


def call(**fields: Any) -> Json:
    """The call as it was created, which every message carries."""
    return {
        "id": CALL_ID,
        "orgId": "2fba517d-8030-49c5-9a8e-9cfbe7284d3e",
        "type": "inboundPhoneCall",
        "status": "ringing",
        "cost": 0,
        "createdAt": time_of(0),
        "updatedAt": time_of(0),
        "assistantId": ASSISTANT_ID,
        "phoneNumberId": "e3797b31-ce16-41f7-9099-2c6e3d703b62",
        "customer": {"number": "+33612345678"},
        "phoneCallProvider": "twilio",
        "phoneCallProviderId": SID,
        "phoneCallTransport": "pstn",
        "transport": {"provider": "twilio", "callSid": SID, "conversationType": "voice"},
    } | fields


def message(kind: str, at: float, call_fields: Json | None = None, **fields: Any) -> Json:
    """A message, `at` seconds after the call's begin."""
    number = {
        "provider": "twilio",
        "number": "+33180000000",
        "name": "Accueil",
        "twilioAccountSid": "AC89c1af3e3270ca2908bd64e818645281",
        "twilioAuthToken": TOKEN,
    }
    body = {
        "timestamp": milliseconds(at),
        "type": kind,
        "call": call(**(call_fields or {})),
        "phoneNumber": number,
        "customer": {"number": "+33612345678"},
    }
    return {"message": body | fields}


def status_update(status: str, at: float, **fields: Any) -> Json:
    return message("status-update", at, status=status, **fields)


def report(at: float = 45, **fields: Any) -> Json:
    return message("end-of-call-report", at, **(ending() | fields))


def ending() -> Json:
    """The properties that a call's end adds."""
    return {
        "endedReason": "customer-ended-call",
        "startedAt": time_of(3),
        "endedAt": time_of(44.2),
        "cost": 0.2023,
        "costBreakdown": {
            "transport": 0,
            "stt": 0.0116,
            "llm": 0.1031,
            "tts": 0.0306,
            "vapi": 0.057,
            "chat": 0,
            "total": 0.2023,
            "llmPromptTokens": 34200,
        },
        "costs": [],
        "analysis": {},
        "artifact": {
            "messages": [
                {"role": "system", "message": PROMPT, "time": milliseconds(3), "secondsFromStart": 0},
                spoken("bot", "Bonjour, je vous écoute.", 0.8),
                spoken("user", "Bonjour. Je voudrais une baguette.", 3.5),
                {
                    "role": "tool_calls",
                    "message": "",
                    "toolCalls": [],
                    "time": milliseconds(9),
                    "secondsFromStart": 6,
                },
                spoken("bot", "C’est noté.", 7.25),
            ]
        },
    }


def spoken(role: str, text: str, at: float) -> Json:
    start = milliseconds(3 + at)
    return {
        "role": role,
        "message": text,
        "time": start,
        "endTime": start + 1500,
        "secondsFromStart": at,
        "duration": 1500,
    }


def listed(status: str, updated: float, **fields: Any) -> Json:
    """The call as Vapi lists it."""
    return call(status=status, updatedAt=time_of(updated)) | fields


def outputs(**result: Any) -> Json:
    """`artifact.structuredOutputs` with the one that our assistants ask for, and another of the account's owner."""
    told = {
        "subject": "Commande d’une charlotte pour samedi",
        "caller_name": "Claire Durand",
        "purpose": "appointment",
        "callback_number": "06 39 98 12 34",
        "wanted_at": "samedi vers dix heures",
        "urgency": "normal",
        "wishes": "Une charlotte aux poires pour huit.",
        "unanswered": ["Y a-t-il des noix dans la charlotte ?"],
        "unsure": ["caller_name"],
    }
    return {
        "550e8400-e29b-41d4-a716-446655440001": {"name": "mood", "result": "good"},
        "7f1c3a52-0f5e-4a55-9a37-0d9c3b7e8f11": {"name": OUTPUT_NAME, "result": told | result},
    }


def with_outputs(body: Json, **result: Any) -> Json:
    """A report, or an entry of the list, with its structured outputs."""
    return with_artifact(body, structuredOutputs=outputs(**result))


def with_artifact(body: Json, **fields: Any) -> Json:
    """A report, or an entry of the list, with more in its artifact."""
    told = body.get("message", body)
    told = told | {"artifact": told["artifact"] | fields}
    return {"message": told} if "message" in body else told


TRANSFERS = [
    {
        "destination": {"type": "number", "number": "+33639981300", "message": "Je vous passe l’équipe."},
        "mode": "warm-transfer-experimental",
        "status": "no-answer",
        "transcript": "…",
        "messages": [],
    },
    {"destination": {"type": "sip", "sipUri": "sip:accueil@example.com"}, "status": "completed"},
]
