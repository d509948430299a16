"""Closing an account, or deactivating it. Apps above may refuse, and delete the data of a closed one."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import logout
from django.db import transaction
from django.dispatch import Signal
from django.http import HttpRequest
from django.utils.functional import Promise

from accounts.addresses import mask_address
from accounts.models import LoginToken, User
from core.audit.services import record_event
from core.models import AuditEvent

# Sent inside the transaction, with `user`; a receiver refuses by raising ClosingRefusedError.
account_closing = Signal()
# The same for an account that staff deactivate.
account_deactivating = Signal()
# Sent with `user` before the page offers to close; receivers return a list of `Obstacle` if they would refuse.
closing_obstacles = Signal()


@dataclass(frozen=True)
class Obstacle:
    """Why an account cannot be closed yet, and where its user can change that: links as `(label, url)`."""

    sentence: str
    links: tuple[tuple[str, str], ...]


class ClosingRefusedError(Exception):
    """The account cannot be closed now; `sentence` tells the user why, and what to do first."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def find_obstacles(user: User) -> list[Obstacle]:
    """What keeps this user from closing the account now."""
    answers: list[tuple[Any, Any]] = closing_obstacles.send(sender=User, user=user)
    return [obstacle for _receiver, found in answers for obstacle in found]


def close_account(request: HttpRequest, user: User) -> None:
    """Delete the user with all dependent rows; the audit keeps its events, under a masked address.

    Raises ClosingRefusedError if an app above refuses, for instance because an organisation would have no owner left.
    """
    with transaction.atomic():
        # no_key: a row that refers to the user may still be committed, by a transaction that holds the organisation.
        locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        account_closing.send(sender=User, user=locked)
        record_event("accounts.closed", actor=locked)
        AuditEvent.objects.forget_name(locked.pk, mask_address(locked.email))
        LoginToken.objects.filter(email=locked.email).delete()
        locked.delete()
    logout(request)
