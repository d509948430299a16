"""Calls in Vapi's shape, while they run and after their end."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from sandbox.calls.outputs import made_outputs
from sandbox.calls.storage import VALID_FOR, has_recording, signed_path
from sandbox.conversation.assistant import prompt_of
from sandbox.models import Call
from sandbox.vapi.analysis import analysis_breakdown, analysis_costs
from sandbox.vapi.shapes import Body, format_time, identity

# US dollars; Twilio charges for the telephone.
PER_MINUTE = {"stt": 0.0158, "llm": 0.0312, "vapi": 0.05}
PER_CHARACTER = 0.00005
TOKENS_A_TURN = 900


def call_as_created(call: Call) -> Body:
    """The call when it was created, which all its webhooks carry."""
    asked: Body = call.request
    return (
        asked
        | identity(call)
        | {
            "type": call.kind,
            "status": "queued" if call.kind == Call.Kind.OUTBOUND else "ringing",
            "cost": 0,
            "assistantId": str(call.assistant_id),
            **({"phoneNumberId": str(call.phone_number_id)} if call.phone_number_id else {}),
            "phoneCallProvider": "twilio",
            "phoneCallProviderId": call.twilio_sid,
            "phoneCallTransport": "pstn",
            "transport": {
                "provider": "twilio",
                "callSid": call.twilio_sid,
                "accountSid": call.twilio_account_sid or settings.SANDBOX_TWILIO_SID,
                "conversationType": "voice",
            },
        }
    )


def call_body(call: Call) -> Body:
    """The call as it is now."""
    body = call_as_created(call) | {"status": call.status, "updatedAt": format_time(_changed_at(call))}
    if call.started_at and call.status in {"in-progress", "ended"}:
        body["startedAt"] = format_time(call.started_at)
    if call.status == "in-progress":
        body["messages"] = _messages(call, until=timezone.now())
    return body | ending(call) if call.status == "ended" else body


def ending(call: Call) -> Body:
    """The properties that the end of a call adds, and that the end-of-call report carries."""
    breakdown = cost_breakdown(call)
    return {
        "endedReason": call.ended_reason,
        **({"startedAt": format_time(call.started_at)} if call.started_at else {}),
        "endedAt": format_time(call.ended_at),
        "cost": breakdown["total"],
        "costBreakdown": breakdown,
        "costs": costs(call),
        "analysis": {},
        "artifact": artifact(call),
    }


def _changed_at(call: Call) -> datetime:
    points = (call.ended_at, call.started_at, call.ringing_at)
    return next((point for point in points if point and point <= timezone.now()), call.created_at)


def cost_breakdown(call: Call) -> Body:
    """The costs in US dollars, by kind."""
    minutes = call.seconds / 60
    spoken = sum(len(turn["text"]) for turn in call.turns if turn["role"] == "bot")
    parts = {name: round(price * minutes, 4) for name, price in PER_MINUTE.items()}
    parts |= {"tts": round(PER_CHARACTER * spoken, 4), "transport": 0, "chat": 0}
    analysis = analysis_breakdown(made_outputs(call))
    return parts | {
        "total": round(sum(parts.values()) + analysis.get("structuredOutput", 0), 4),
        "llmPromptTokens": TOKENS_A_TURN * len(call.turns),
        "llmCompletionTokens": spoken // 4,
        "ttsCharacters": spoken,
        "analysisCostBreakdown": {"summary": 0, "structuredData": 0, "successEvaluation": 0} | analysis,
    }


def costs(call: Call) -> list[Body]:
    """The same costs as a list."""
    parts, minutes = cost_breakdown(call), round(call.seconds / 60, 4)
    heard, said = call.assistant.get("transcriber") or {}, call.assistant.get("voice") or {}
    model = call.assistant.get("model") or {}
    return [
        {"type": "transport", "provider": "twilio", "minutes": minutes, "cost": 0},
        {"type": "transcriber", "transcriber": heard, "minutes": minutes, "cost": parts["stt"]},
        {
            "type": "model",
            "model": {name: model[name] for name in ("provider", "model") if name in model},
            "promptTokens": parts["llmPromptTokens"],
            "completionTokens": parts["llmCompletionTokens"],
            "cost": parts["llm"],
        },
        {"type": "voice", "voice": said, "characters": parts["ttsCharacters"], "cost": parts["tts"]},
        {"type": "vapi", "subType": "normal", "minutes": minutes, "cost": parts["vapi"]},
        *analysis_costs(made_outputs(call)),
    ]


def artifact(call: Call) -> Body:
    """Transcript, messages, structured outputs and recording. As at Vapi, the prompt is the first message."""
    speakers = {"bot": "AI", "user": "User"}
    found: Body = {
        "transcript": "".join(f"{speakers[turn['role']]}: {turn['text']}\n" for turn in call.turns),
        "messages": _messages(call, until=call.ended_at),
    }
    if outputs := made_outputs(call):
        found["structuredOutputs"] = {each.id: {"name": each.name, "result": each.result} for each in outputs}
        found["structuredOutputsLastUpdatedAt"] = format_time(call.ended_at)
    return found | _recording(call) if has_recording(call) else found


def _messages(call: Call, *, until: datetime) -> list[Body]:
    """What has been said up to a time."""
    if call.started_at is None:
        return []
    start, seconds = call.started_at.timestamp() * 1000, (until - call.started_at).total_seconds()
    spoken = [
        {
            "role": turn["role"],
            "message": turn["text"],
            "time": round(start + turn["at"] * 1000),
            "endTime": round(start + (turn["at"] + turn["lasts"]) * 1000),
            "secondsFromStart": turn["at"],
            "duration": round(turn["lasts"] * 1000),
        }
        for turn in call.turns
        if turn["at"] <= seconds
    ]
    prompt = {
        "role": "system",
        "message": prompt_of(call.assistant),
        "time": round(start),
        "secondsFromStart": 0,
    }
    return [prompt, *spoken]


def _recording(call: Call) -> dict[str, Any]:
    signed = {track: f"{settings.SITE_URL}{signed_path(call, track)}" for track in ("mono", "stereo")}
    bare = {track: url.partition("?")[0] for track, url in signed.items()}
    return {
        "recordingUrl": bare["mono"],
        "stereoRecordingUrl": bare["stereo"],
        "presignedMonoUrl": signed["mono"],
        "presignedStereoUrl": signed["stereo"],
        "presignedUrlsExpiresAt": format_time(timezone.now() + VALID_FOR),
    }
