"""The cards of the page: one a topic, with its question, its answer in words, and its form where it is open."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from organizations.facts.answers import Answer, Answers, Asked
from organizations.facts.forms import AnswerForm, EmergencyForm
from organizations.facts.hours_form import HoursForm
from organizations.facts.models import Topic
from organizations.facts.row_forms import ClosuresForm, QuestionsForm
from organizations.facts.text import say_answer
from organizations.models import Organization

Words = str | Promise


@dataclass(frozen=True)
class Ask:
    """How a topic is asked: the question, an example of an answer, and an icon."""

    question: Words
    example: Words
    icon: str
    form: type[AnswerForm] = AnswerForm


ASKS: dict[Topic, Ask] = {
    Topic.HOURS: Ask(
        _("When are you open?"),
        _("“The kitchen closes at 10 pm.”"),
        "clock",
        HoursForm,
    ),
    Topic.CLOSURES: Ask(
        _("When are you closed?"),
        _("“Open on 8 May, closed on the others.”"),
        "calendar-x",
        ClosuresForm,
    ),
    Topic.ADDRESS: Ask(
        _("Where are you?"), _("“12 rue des Tilleuls, 69003 Lyon, opposite the town hall.”"), "map-pin"
    ),
    Topic.ACCESS: Ask(
        _("How do people get to you, and where do they park?"),
        _("“Metro Masséna, four minutes on foot. Free parking for twenty minutes.”"),
        "signpost",
    ),
    Topic.PRICES: Ask(_("What does it cost?"), _("“A first visit is 45 euros.”"), "tags"),
    Topic.PAYMENT: Ask(
        _("How can people pay?"), _("“Cash, and cards from 5 euros. No cheques.”"), "credit-card"
    ),
    Topic.BOOKING: Ask(
        _("How do people order or book, and how do they cancel?"),
        _("“Two days ahead. To cancel, call the day before.”"),
        "calendar-check",
    ),
    Topic.EMERGENCIES: Ask(
        _("Who should people call when it is urgent?"),
        _("“Evenings and weekends too, for a water leak.”"),
        "siren",
        EmergencyForm,
    ),
    Topic.EXCLUSIONS: Ask(_("What do you not do?"), _("“No deliveries, and no home visits.”"), "ban"),
    Topic.TEAM: Ask(_("Who works with you?"), _("“Camille at the counter, Julien in the back.”"), "users"),
    Topic.CONTACT: Ask(
        _("What is your website, and where can people write to you?"),
        _("“example.com, bonjour@example.com”"),
        "mail",
    ),
    Topic.QUESTIONS: Ask(
        _("What else do callers ask?"), _("“Do you take dogs? Yes, on a lead.”"), "circle-help", QuestionsForm
    ),
}


@dataclass(frozen=True)
class Card:
    """A topic on the page. `form` is set on the one that is open."""

    topic: Topic
    answer: Answer | None
    said: str
    example: Words
    form: AnswerForm | None

    @property
    def ask(self) -> Ask:
        return ASKS[self.topic]

    @property
    def asked(self) -> tuple[Asked, ...]:
        return self.answer.questions if self.answer else ()

    @property
    def applies(self) -> bool:
        return self.answer is not None and self.answer.applies


def build_cards(
    answers: Answers,
    organization: Organization,
    *,
    examples: Mapping[Topic, Words],
    topic: Topic | None,
    form: AnswerForm | None,
) -> list[Card]:
    """Every card, in the order of the topics; `form` is that of `topic`, whose card is open."""
    language = get_language() or organization.locale
    return [
        Card(
            topic=each,
            answer=(answer := answers.get(each)),
            said=say_answer(each, answer, organization, language) if answer else "",
            example=examples.get(each, ASKS[each].example),
            form=form if each == topic else None,
        )
        for each in Topic
    ]


def form_for(topic: Topic, answers: Answers, organization: Organization) -> AnswerForm:
    """The form of a topic, filled with its answer."""
    return ASKS[topic].form(organization=organization, answer=answers.get(topic))


def next_open(answers: Answers) -> Topic | None:
    """The first topic without an answer."""
    return next((topic for topic in Topic if topic not in answers), None)
