"""Keeps the questions without an answer in step with the calls, and answers them or sets them aside."""

import uuid
from collections.abc import Collection

from django.db import transaction
from django.db.models import Max, Q
from django.http import Http404

from calls.models import Call
from calls.summaries.models import CallSummary
from desk.enums import QuestionState
from desk.models import Asking, UnansweredQuestion
from desk.querysets import QuestionQuerySet
from desk.questions.normal_form import key_of
from organizations.audit_log.services import record_by
from organizations.facts.answers import Answer, Asked, digest_of
from organizations.facts.models import MOST_QUESTIONS, Topic
from organizations.facts.selectors import read_fact
from organizations.facts.services import save_answer
from organizations.locks import lock_membership
from organizations.models import Membership
from organizations.permissions import Permission

ATTEMPTS = 5  # to note a question that others forget meanwhile


class TooManyAnswersError(Exception):
    """The organisation has as many questions with answers as its assistants can be told."""


def record_questions(call: Call) -> None:
    """Note what was asked in a call and not answered, in the transaction that holds the call's lock."""
    asked = _asked_in(call)
    before = set(Asking.objects.filter(call=call).values_list("question__key", flat=True))
    if before == set(asked):
        return
    _lock(
        UnansweredQuestion.objects.filter(
            Q(askings__call=call) | Q(assistant=call.assistant_id, key__in=asked)
        )
    )
    for key in sorted(asked.keys() - before):
        found = _lock_or_create(call, key, asked[key])
        Asking.objects.get_or_create(question=found, call=call)
        _count(found.pk)
    _withdraw(Asking.objects.filter(call=call).exclude(question__key__in=asked).values_list("pk", flat=True))


def forget_questions(call_ids: Collection[uuid.UUID]) -> None:
    """Take these calls out of what was asked."""
    _withdraw(Asking.objects.filter(call__in=call_ids).values_list("pk", flat=True))


@transaction.atomic
def answer_question(*, actor: Membership, question_id: uuid.UUID, question: str, answer: str) -> bool:
    """Make a question and its answer one of the organisation's facts; False where it is no longer open.

    The same question to other assistants is answered too. Raises TooManyAnswersError, Http404 where there is no such
    question, and what `lock_membership` raises.
    """
    actor = lock_membership(actor, Permission.ASSISTANT_EDIT)
    own = UnansweredQuestion.objects.for_organization(actor.organization)
    same = _lock(own.filter(key__in=own.filter(pk=question_id).values("key")))
    found = next((each for each in same if each.pk == question_id), None)
    if found is None:
        raise Http404
    if found.state != QuestionState.OPEN:
        return False
    _add_fact(actor, Asked(question, answer))
    own.open().filter(pk__in=[each.pk for each in same]).update(state=QuestionState.ANSWERED)
    record_by(actor, "desk.question_answered", actor.organization)
    return True


@transaction.atomic
def dismiss_question(*, actor: Membership, question_id: uuid.UUID) -> bool:
    """Set a question aside, also when it is asked again; False where it is no longer open. Raises as answering does."""
    actor = lock_membership(actor, Permission.ASSISTANT_EDIT)
    found = UnansweredQuestion.objects.for_organization(actor.organization).filter(pk=question_id)
    if not found.open().update(state=QuestionState.DISMISSED):
        if not found.exists():
            raise Http404
        return False
    record_by(actor, "desk.question_dismissed", actor.organization)
    return True


def _asked_in(call: Call) -> dict[str, str]:
    """The questions by key. Only those to an assistant that is known, in a call that is no test."""
    summary: CallSummary | None = getattr(call, "summary", None)
    if summary is None or call.assistant_id is None or call.is_test:
        return {}
    keyed = {key_of(text): text for text in reversed(summary.unanswered)}
    return {key: text for key, text in keyed.items() if key}


def _lock_or_create(call: Call, key: str, text: str) -> UnansweredQuestion:
    """The question, locked. One that was forgotten gets its text back."""
    identity = {"assistant_id": call.assistant_id, "key": key}
    first = {"organization_id": call.organization_id, "text": text, "last_asked_at": call.created_at}
    for _attempt in range(ATTEMPTS):
        UnansweredQuestion.objects.bulk_create(
            [UnansweredQuestion(**identity, **first)], ignore_conflicts=True
        )
        found = UnansweredQuestion.objects.select_for_update().filter(**identity).first()
        if found is None:  # its last call was erased in between
            continue
        if not found.text:
            found.text = text
            found.save(update_fields=["text"])
        return found
    raise RuntimeError("a question was asked and forgotten too often")


def _withdraw(askings: Collection[int]) -> None:
    """Delete these rows; an open question that is in no call any more goes, a closed one loses its words."""
    rows = Asking.objects.filter(pk__in=askings)
    questions = set(rows.values_list("question", flat=True))
    for question in _lock(UnansweredQuestion.objects.filter(pk__in=questions)):
        rows.filter(question=question).delete()
        _count(question.pk)


def _lock(questions: QuestionQuerySet) -> list[UnansweredQuestion]:
    """Lock questions until the transaction ends, in the one order in which all do that."""
    keys = set(questions.values_list("pk", flat=True))
    rows = UnansweredQuestion.objects.filter(pk__in=keys)
    return list(rows.select_for_update().order_by("assistant_id", "key"))


def _count(question_id: uuid.UUID) -> None:
    """Count anew in how many calls a question was asked. Its row is locked."""
    rows = UnansweredQuestion.objects.filter(pk=question_id)
    times = Asking.objects.filter(question=question_id).count()
    if times:
        newest = Call.objects.filter(pk__in=Asking.objects.filter(question=question_id).values("call"))
        rows.update(times=times, last_asked_at=newest.aggregate(at=Max("created_at"))["at"])
    elif not rows.open().delete()[0]:
        rows.update(times=0, text="")


def _add_fact(actor: Membership, asked: Asked) -> None:
    _fact, saved = read_fact(actor.organization, Topic.QUESTIONS)
    known = saved.questions if saved else ()
    if len(known) >= MOST_QUESTIONS:
        raise TooManyAnswersError
    answer = Answer(questions=(*known, asked))
    save_answer(actor=actor, topic=Topic.QUESTIONS, answer=answer, seen=digest_of(saved))
