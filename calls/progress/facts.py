"""Reads what Vapi tells of a call: in a message (`wire.MESSAGE`), or in its list of calls (`wire.CALL`).

Sources: the schemas ServerMessageStatusUpdate, ServerMessageEndOfCallReport and Call of Vapi's OpenAPI document, and
delivered messages. The call inside of a message stays as it was created, so its state and cost are not read.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from calls.costs.vapi import VapiCost, read_costs
from calls.enums import Kind, Status
from calls.progress.transcript import Speech, read_speeches
from calls.summaries.output import Summary, read_summary
from calls.transfers.report import Attempt, read_transfers
from calls.wire import RECORDINGS, Json
from connections.twilio.client import CALL_SID
from connections.vapi.client import TEST_CALL_NAME
from core.http import fields
from core.phone_numbers import E164

_REASON_LENGTH = 200
_EARLIEST, _LATEST = 946_684_800_000, 4_102_444_800_000  # milliseconds: the years 2000 and 2100

_KINDS = {
    "inboundPhoneCall": Kind.INBOUND,
    "outboundPhoneCall": Kind.OUTBOUND,
    "webCall": Kind.WEB,
    "vapi.websocketCall": Kind.WEB,
}
# "not-found" and "deletion-failed" tell nothing of the conversation.
_STATUSES = {"scheduled": Status.QUEUED} | {status.value: status for status in Status}


class UnreadableError(Exception):
    """Vapi's words name no call, or no time: nothing can be done with them."""


@dataclass(frozen=True)
class Report:
    """The whole call, told after its end. Of two, the one with the larger `version` holds."""

    version: str
    started_at: datetime | None
    ended_at: datetime
    ended_reason: str
    speeches: tuple[Speech, ...]
    costs: tuple[VapiCost, ...]
    transfers: tuple[Attempt, ...]
    is_recorded: bool


@dataclass(frozen=True)
class Facts:
    """What one message, or one entry of the list, tells of a call. Empty text: not told."""

    vapi_id: str
    at: datetime  # when it was so
    created_at: datetime
    kind: Kind
    status: Status
    is_test: bool = False
    assistant_vapi_id: str = ""
    customer_number: str = ""
    our_number: str = ""
    twilio_sid: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ended_reason: str = ""
    report: Report | None = None
    summary: Summary | None = None


def read_message(message: Json) -> Facts | None:
    """The facts in a message; None for kinds that tell of nothing that is kept. Raises UnreadableError."""
    kind, call = message.get("type"), message.get("call") or {}
    if kind not in {"status-update", "end-of-call-report"}:
        return None
    at = _read_time(message.get("timestamp"))
    if kind == "end-of-call-report":
        return _read_ended(call, message, at)
    status = _STATUSES.get(str(message.get("status")))
    if status is None:
        return None
    return _read_facts(
        call,
        message,
        at=at,
        status=status,
        started_at=at if status in {Status.IN_PROGRESS, Status.FORWARDING} else None,
        ended_at=at if status == Status.ENDED else None,
        ended_reason=fields.text(message.get("endedReason"), at_most=_REASON_LENGTH),
    )


def read_call(call: Json) -> Facts | None:
    """The facts in an entry of Vapi's list of calls; None where it is being deleted. Raises UnreadableError."""
    at = fields.moment(call.get("updatedAt")) or fields.moment(call.get("createdAt"))
    status = _STATUSES.get(str(call.get("status")))
    if status is None:
        return None
    if at is None:
        raise UnreadableError("no time")
    if status == Status.ENDED:
        return _read_ended(call, call, at)
    return _read_facts(call, call, at=at, status=status, started_at=fields.moment(call.get("startedAt")))


def _read_ended(call: Json, told: Json, at: datetime) -> Facts:
    """`told` holds the properties that the end adds: the message, or the call itself."""
    outputs = (told.get("artifact") or {}).get("structuredOutputs")
    return _read_facts(
        call,
        told,
        at=at,
        status=Status.ENDED,
        report=_read_report(told, at),
        summary=read_summary(outputs, at),
    )


def _read_facts(call: Json, around: Json, *, at: datetime, status: Status, **told: Any) -> Facts:
    """`around` holds the customer and our number: the message, or the call itself."""
    if not fields.is_identifier(call.get("id")):
        raise UnreadableError("no call")
    sid = (call.get("transport") or {}).get("callSid") or call.get("phoneCallProviderId")
    customer = around.get("customer") or call.get("customer") or {}
    ours = around.get("phoneNumber") or call.get("phoneNumber") or {}
    return Facts(
        vapi_id=call["id"],
        at=at,
        created_at=fields.moment(call.get("createdAt")) or at,
        kind=_KINDS.get(str(call.get("type")), Kind.INBOUND),
        is_test=call.get("name") == TEST_CALL_NAME,
        assistant_vapi_id=call["assistantId"] if fields.is_identifier(call.get("assistantId")) else "",
        customer_number=_match(E164, customer.get("number")),
        our_number=_match(E164, ours.get("number")),
        twilio_sid=_match(CALL_SID, sid),
        status=status,
        **told,
    )


def _read_report(told: Json, at: datetime) -> Report:
    ended_at = fields.moment(told.get("endedAt")) or at
    started_at = fields.moment(told.get("startedAt"))
    if started_at is not None:
        started_at = min(started_at, ended_at)  # clocks differ: no call has a negative length
    reason = fields.text(told.get("endedReason"), at_most=_REASON_LENGTH)
    artifact = told.get("artifact") or {}
    speeches = tuple(read_speeches(artifact.get("messages") or [], started_at))
    costs, transfers = tuple(read_costs(told)), tuple(read_transfers(artifact.get("transfers")))
    content = (started_at, ended_at, reason, speeches, costs, transfers)
    digest = hashlib.sha256(repr(content).encode()).hexdigest()[:16]
    version = f"{round(at.timestamp() * 1000):015d}-{digest}"
    return Report(version, *content, is_recorded=any(artifact.get(name) for name in RECORDINGS))


def _read_time(milliseconds: Any) -> datetime:
    found = int(milliseconds) if isinstance(milliseconds, int | float) else 0
    if not _EARLIEST <= found <= _LATEST:
        raise UnreadableError("no time")
    return datetime.fromtimestamp(found / 1000, UTC)


def _match(pattern: re.Pattern[str], value: Any) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""
