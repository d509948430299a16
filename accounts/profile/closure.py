"""Closing one's account. Rooms above may refuse, and clean up what is theirs."""

from django.contrib.auth import logout
from django.db import transaction
from django.dispatch import Signal
from django.http import HttpRequest
from django.utils.functional import Promise

from accounts.addresses import mask_address
from accounts.models import LoginToken, User
from core.audit.services import record_event
from core.models import AuditEvent

# Sent inside the transaction, with `user`; a receiver that must refuse raises ClosingRefusedError.
account_closing = Signal()


class ClosingRefusedError(Exception):
    """The account cannot be closed now; `sentence` tells the person why, and what to do first."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def close_account(request: HttpRequest, user: User) -> None:
    """Remove the person and what hangs from them; the audit keeps what happened, under a masked address.

    Raises ClosingRefusedError where a room above says that something would be left without anybody.
    """
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        account_closing.send(sender=User, user=locked)
        record_event("accounts.closed", actor=locked)
        AuditEvent.objects.forget_name(locked.pk, mask_address(locked.email))
        LoginToken.objects.filter(email=locked.email).delete()
        locked.delete()
    logout(request)
