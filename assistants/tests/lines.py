"""Lines in every state: rows for the pure function, and rows in the database for the pages."""

from typing import Any

from django.utils import timezone

from assistants.line.facts import LineFacts
from assistants.models import Assistant, Line
from assistants.sync.mirrored import SyncState
from connections.enums import ConnectionState, NumberState
from connections.models import TwilioConnection, VapiConnection
from organizations.models import Membership, Organization
from organizations.permissions import Role

NUMBER = "+33939035501"

# Columns of rows; "none" is an account that is not connected, an assistant that does not exist.
ACCOUNTS: dict[str, dict[str, Any] | None] = {
    "none": None,
    "ok": {},
    "refused": {"problem": "vapi_key"},
    "down": {"problem": "down"},
    "unpaid": {"problem": "vapi_no_credit"},
}
NUMBERS: dict[str, dict[str, Any]] = {
    "imported": {"number_state": NumberState.IN_STEP, "vapi_number_id": "n1"},
    "pending": {"number_state": NumberState.PENDING},
    "retried": {"number_state": NumberState.PENDING, "number_problem": "down"},
    "gone": {"number_state": NumberState.OUT_OF_STEP, "number_problem": "gone"},
}
IN_STEP = {"sync_state": SyncState.IN_STEP, "vapi_id": "copy", "synced_revision": 1}
ASSISTANTS: dict[str, dict[str, Any] | None] = {
    "none": None,
    "silent": IN_STEP | {"answers_calls": False},
    "in_step": IN_STEP,
    "new": {"sync_state": SyncState.PENDING},
    "edited": {"sync_state": SyncState.PENDING, "vapi_id": "copy"},
    "changed": {"sync_state": SyncState.OUT_OF_STEP, "sync_problem": "changed", "vapi_id": "copy"},
    "lost": {"sync_state": SyncState.OUT_OF_STEP, "sync_problem": "lost", "vapi_id": "copy"},
    "refused": {"sync_state": SyncState.OUT_OF_STEP, "sync_problem": "rejected", "vapi_id": "copy"},
    "never_sent": {"sync_state": SyncState.OUT_OF_STEP, "sync_problem": "rejected"},
    "voiceless": {"sync_state": SyncState.OUT_OF_STEP, "sync_problem": "no_voice", "vapi_id": "copy"},
    "never_voiced": {"sync_state": SyncState.OUT_OF_STEP, "sync_problem": "no_voice"},
}
LINES: dict[str, dict[str, Any] | None] = {
    "none": None,
    "in_step": {"sync_state": SyncState.IN_STEP},
    "pending": {"sync_state": SyncState.PENDING},
    "refused": {"sync_state": SyncState.OUT_OF_STEP, "sync_problem": "rejected"},
}
FINE = {"vapi": "ok", "twilio": "ok", "number": "imported", "assistant": "in_step", "line": "in_step"}


def facts_of(
    *, vapi: str, twilio: str, number: str, assistant: str, line: str, sandbox: bool = False
) -> LineFacts:
    """Facts without a database; the keys are those of the tables above."""
    organization = Organization(name="Boulangerie Martin", slug="bakery")
    return LineFacts(
        vapi=_vapi(organization, vapi, sandbox=sandbox),
        twilio=_twilio(organization, twilio, number, sandbox=sandbox),
        assistant=_assistant(organization, assistant),
        line=_line(organization, line) if assistant != "none" else None,
    )


def member_of(role: Role) -> Membership:
    return Membership(role=role, organization=Organization(name="Boulangerie Martin", slug="bakery"))


def save_line(organization: Organization, *, sandbox: bool = False, **keys: str) -> LineFacts:
    """Rows of an organisation that has none yet; what is not named is fine."""
    keys = FINE | keys
    rows = [
        _vapi(organization, keys["vapi"], sandbox=sandbox),
        _twilio(organization, keys["twilio"], keys["number"], sandbox=sandbox),
        assistant := _assistant(organization, keys["assistant"]),
        line := _line(organization, keys["line"]) if keys["assistant"] != "none" else None,
    ]
    for row in rows:
        if row is not None:
            row.save()
    return LineFacts(rows[0], rows[1], assistant, line)  # type: ignore[arg-type]


def _failing(columns: dict[str, Any]) -> dict[str, Any]:
    if not columns:
        return {}
    return columns | {"state": ConnectionState.FAILING, "failing_since": timezone.now()}


def _vapi(organization: Organization, key: str, *, sandbox: bool) -> VapiConnection | None:
    columns = ACCOUNTS[key]
    if columns is None:
        return None
    made = VapiConnection(organization=organization, **_failing(columns))
    return made.set_credentials(region="sandbox" if sandbox else "eu", private_key="a key")


def _twilio(organization: Organization, key: str, number: str, *, sandbox: bool) -> TwilioConnection | None:
    columns = {"refused": {"problem": "twilio_login"}, "unpaid": {"problem": "twilio_no_credit"}}.get(
        key, ACCOUNTS[key]
    )
    if columns is None:
        return None
    made = TwilioConnection(
        organization=organization, phone_number=NUMBER, **NUMBERS[number], **_failing(columns)
    )
    login = {"account_sid": "AC1", "auth_token": "a token"}
    return made.set_credentials(endpoint="sandbox" if sandbox else "live", **login)


def _assistant(organization: Organization, key: str) -> Assistant | None:
    columns = ASSISTANTS[key]
    if columns is None:
        return None
    given = {
        "answers_calls": True,
        "name": "Léa",
        "language": "fr",
        "voice": "fr-denise",
        "persona": "custom",
    }
    return Assistant(
        organization=organization, first_message="Bonjour.", prompt="Répondez.", **(given | columns)
    )


def _line(organization: Organization, key: str) -> Line | None:
    columns = LINES[key]
    return None if columns is None else Line(organization=organization, **columns)
