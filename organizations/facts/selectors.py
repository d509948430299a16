"""Reads of an organisation's facts."""

from dataclasses import dataclass
from typing import Any

from organizations.facts.answers import Answer, Answers, Asked, Closed, Span
from organizations.facts.models import Closure, Fact, OpeningSpan, Question, Topic
from organizations.models import Organization


def read_answers(organization: Organization) -> Answers:
    """Every answered topic of an organisation, in four queries."""
    facts = {Topic(fact.topic): fact for fact in Fact.objects.filter(organization=organization)}
    return {topic: _answer(facts[topic], organization) for topic in Topic if topic in facts}


def read_fact(organization: Organization, topic: Topic) -> tuple[Fact | None, Answer | None]:
    """The row of one topic with the user who changed it, and its answer; both None while the topic is open."""
    rows = Fact.objects.filter(organization=organization, topic=topic).select_related("changed_by")
    fact = rows.first()
    return fact, _answer(fact, organization) if fact else None


@dataclass(frozen=True)
class Progress:
    """How many topics are answered. One that does not apply is."""

    answered: int
    total: int = len(Topic)

    @property
    def is_complete(self) -> bool:
        return self.answered == self.total


def progress_of(organization: Organization) -> Progress:
    """How many topics an organisation has answered."""
    return Progress(Fact.objects.filter(organization=organization).count())


def lacks_hours_or_address(organization: Organization) -> bool:
    """Whether callers cannot yet be told when an organisation is open, or where it is."""
    basics = (Topic.HOURS, Topic.ADDRESS)
    return Fact.objects.filter(organization=organization, topic__in=basics).count() < len(basics)


def _answer(fact: Fact, organization: Organization) -> Answer:
    parts = _PARTS.get(Topic(fact.topic))
    return Answer(
        applies=fact.applies,
        text=fact.text,
        hours=fact.hours,
        phone=str(fact.phone or ""),
        **(parts(organization) if parts and fact.applies else {}),
    )


def _spans(organization: Organization) -> dict[str, Any]:
    rows = OpeningSpan.objects.filter(organization=organization).values_list("weekday", "opens", "closes")
    return {"spans": tuple(Span(*row) for row in rows)}


def _closures(organization: Organization) -> dict[str, Any]:
    rows = Closure.objects.filter(organization=organization).values_list("first_day", "last_day", "word")
    return {"closures": tuple(Closed(*row) for row in rows)}


def _questions(organization: Organization) -> dict[str, Any]:
    rows = Question.objects.filter(organization=organization).values_list("question", "answer")
    return {"questions": tuple(Asked(*row) for row in rows)}


_PARTS = {Topic.HOURS: _spans, Topic.CLOSURES: _closures, Topic.QUESTIONS: _questions}
