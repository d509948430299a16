"""Stores the transfers of a call."""

from collections.abc import Iterable

from calls.models import Call, Transfer
from calls.transfers.report import Attempt


def replace_transfers(call: Call, attempts: Iterable[Attempt]) -> None:
    """Keep those of the newest report alone."""
    call.transfers.all().delete()
    Transfer.objects.bulk_create(
        Transfer(call=call, position=position, **vars(attempt)) for position, attempt in enumerate(attempts)
    )
