"""Accounts and numbers in Twilio's shape."""

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from sandbox.twilio.accounts import Account, Number

VERSION = "2010-04-01"
OPENED = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)
Body = dict[str, Any]


def format_time(moment: datetime | None) -> str | None:
    """A moment as Twilio writes it: RFC 2822, UTC, whole seconds."""
    return format_datetime(moment.astimezone(UTC)) if moment else None


def path_of(account: Account, rest: str = "") -> str:
    """The `uri` of a resource of an account."""
    return f"/{VERSION}/Accounts/{account.sid}{rest}.json"


def account_body(account: Account) -> Body:
    """The account, with its token, as Twilio answers."""
    return {
        "auth_token": account.token,
        "date_created": format_time(OPENED),
        "date_updated": format_time(OPENED),
        "friendly_name": "AvaFirst sandbox",
        "owner_account_sid": account.sid,
        "sid": account.sid,
        "status": account.status,
        "type": "Full",
        "subresource_uris": {
            "calls": path_of(account, "/Calls"),
            "incoming_phone_numbers": path_of(account, "/IncomingPhoneNumbers"),
        },
        "uri": path_of(account),
    }


def number_body(account: Account, number: Number) -> Body:
    """A number of the account."""
    nothing = dict.fromkeys(
        (
            "address_sid", "bundle_sid", "emergency_address_sid", "identity_sid", "sms_application_sid",
            "sms_fallback_url", "sms_url", "status_callback", "trunk_sid", "voice_application_sid",
            "voice_fallback_url", "voice_url",
        )
    )  # fmt: skip
    methods = ("sms_fallback_method", "sms_method", "status_callback_method", "voice_fallback_method")
    return (
        nothing
        | dict.fromkeys(methods, "POST")
        | {
            "account_sid": account.sid,
            "address_requirements": "none",
            "api_version": VERSION,
            "beta": False,
            "capabilities": {"voice": number.voice, "sms": not number.voice, "mms": False, "fax": False},
            "date_created": format_time(OPENED),
            "date_updated": format_time(OPENED),
            "emergency_address_status": "unregistered",
            "emergency_status": "Inactive",
            "friendly_name": number.phone_number,
            "origin": "twilio",
            "phone_number": number.phone_number,
            "sid": number.sid,
            "status": "in-use",
            "uri": path_of(account, f"/IncomingPhoneNumbers/{number.sid}"),
            "voice_caller_id_lookup": False,
            "voice_method": "POST",
            "voice_receive_mode": "voice",
        }
    )


def page_of(name: str, rows: list[Body], path: str) -> Body:
    """A list in Twilio's shape, with a single page."""
    return {
        name: rows,
        "end": max(len(rows) - 1, 0),
        "first_page_uri": path,
        "next_page_uri": None,
        "page": 0,
        "page_size": 50,
        "previous_page_uri": None,
        "start": 0,
        "uri": path,
    }
