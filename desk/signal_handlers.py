"""Reactions of the desk to changes of calls."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from calls.models import Call
from calls.signals import call_changed, calls_erasing, words_deleted
from desk.items.services import forget_calls, record_call, refresh_items
from desk.notices.services import announce_call
from desk.questions.services import forget_questions, record_questions


def connect() -> None:
    """Subscribe to the signals; called once, when the apps are ready."""
    call_changed.connect(_follow, dispatch_uid="desk.call_changed")
    words_deleted.connect(_forget_words, dispatch_uid="desk.words_deleted")
    calls_erasing.connect(_forget_calls, dispatch_uid="desk.calls_erasing")


def _follow(sender: type, call: Call, **_kwargs: Any) -> None:
    # Read again: the sender's row may carry a summary of before. Its lock holds.
    known = Call.objects.select_related("summary", "assistant").get(pk=call.pk)
    record_call(known)
    record_questions(known)
    announce_call(known)


def _forget_words(sender: type, call_ids: Collection[UUID], **_kwargs: Any) -> None:
    refresh_items(call_ids)
    forget_questions(call_ids)


def _forget_calls(sender: type, call_ids: Collection[UUID], **_kwargs: Any) -> None:
    forget_calls(call_ids)
    forget_questions(call_ids)
