"""Reads the transfers of a call from Vapi's `artifact.transfers`.

Source: the schemas TransferArtifact, TransferDestinationNumber and TransferDestinationSip of Vapi's OpenAPI document.
They give no times.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from calls.transfers.models import DESTINATION_LENGTH, Result
from core.http import fields


@dataclass(frozen=True)
class Attempt:
    """An attempt to put the caller through; empty text: not told."""

    destination: str
    result: str


def read_transfers(transfers: Any) -> Iterator[Attempt]:
    """The attempts in their order; those that tell nothing are left out."""
    for told in transfers or []:
        destination = told.get("destination") or {}
        attempt = Attempt(
            destination=_line(destination.get("number") or destination.get("sipUri")),
            result=told["status"] if told.get("status") in Result.values else "",
        )
        if attempt.destination or attempt.result:
            yield attempt


def _line(value: Any) -> str:
    return "".join(fields.text(value, at_most=DESTINATION_LENGTH).split())
