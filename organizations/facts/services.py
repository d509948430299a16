"""Saves answers, and tells the apps above."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.dispatch import Signal
from django.utils import timezone

from organizations.audit_log.services import record_by
from organizations.facts.answers import Answer, digest_of
from organizations.facts.models import Closure, Fact, OpeningSpan, Question, Topic
from organizations.facts.selectors import read_fact
from organizations.locks import lock_membership
from organizations.models import Membership, Organization
from organizations.permissions import Permission

# Sent in the transaction with `organization`, when anything that its assistants are told has changed: a fact, whether
# it records calls, or its name, its time zone or its language, by which phone numbers are written.
facts_changed = Signal()


class FactConflictError(Exception):
    """Another user saved the topic since the form was filled. Nothing was saved.

    A save with `digest_of(saved)` as `seen` is deliberate and succeeds.
    """

    def __init__(self, fact: Fact | None, saved: Answer | None) -> None:
        super().__init__(str(fact))
        self.fact, self.saved = fact, saved


@transaction.atomic
def save_answer(*, actor: Membership, topic: Topic, answer: Answer, seen: str) -> None:
    """Save the answer to a topic; saving what is saved already changes nothing.

    `seen` is `digest_of` what the form was filled with. Raises FactConflictError where the save would undo another one,
    Http404 or PermissionDenied where the actor may no longer do it.
    """
    membership = lock_membership(actor, Permission.ASSISTANT_EDIT)
    organization = membership.organization
    fact, saved = read_fact(organization, topic)
    if saved == answer:
        return
    if digest_of(saved) != seen:
        raise FactConflictError(fact, saved)
    _write(membership, topic, answer)
    record_by(membership, "organizations.fact_changed", organization, topic=topic.value)
    facts_changed.send(sender=Organization, organization=organization)


def tell_new_settings(organization: Organization, changed: Collection[str]) -> None:
    """Send `facts_changed` where one of the changed columns is among what assistants are told."""
    if {"name", "timezone", "locale", "records_calls"} & set(changed):
        facts_changed.send(sender=Organization, organization=organization)


def _write(membership: Membership, topic: Topic, answer: Answer) -> None:
    organization = membership.organization
    Fact.objects.update_or_create(
        organization=organization,
        topic=topic,
        defaults={
            "applies": answer.applies,
            "text": answer.text,
            "hours": answer.hours,
            "phone": answer.phone,
            "changed_at": timezone.now(),
            "changed_by": membership.user,
        },
    )
    if topic == Topic.HOURS:
        _replace(organization, [OpeningSpan(**each._asdict()) for each in answer.spans], OpeningSpan)
    elif topic == Topic.CLOSURES:
        _replace(organization, [Closure(**each._asdict()) for each in answer.closures], Closure)
    elif topic == Topic.QUESTIONS:
        asked = [Question(position=place, **each._asdict()) for place, each in enumerate(answer.questions)]
        _replace(organization, asked, Question)


def _replace(organization: Organization, parts: list[Any], model: type[Model]) -> None:
    model._default_manager.filter(organization=organization).delete()
    for part in parts:
        part.organization = organization
    model._default_manager.bulk_create(parts)
