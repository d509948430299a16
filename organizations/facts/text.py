"""Facts as text: one line each for an assistant, or the words of one answer for a page."""

import re

from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import region_code_for_number

from organizations.countries import country_of
from organizations.facts.answers import Answer, Answers, Asked
from organizations.facts.grammar import GRAMMARS, Grammar, say_closures, say_week
from organizations.facts.models import Hours, Topic
from organizations.models import Organization

# What begins a line of an assistant's instructions; other programs read them, so their wording is fixed.
LABELS: dict[Topic, dict[str, str]] = {
    Topic.HOURS: {"fr": "Horaires", "en": "Opening hours", "he": "שעות פתיחה"},
    Topic.CLOSURES: {"fr": "Fermetures", "en": "Closures", "he": "סגור"},
    Topic.ADDRESS: {"fr": "Adresse", "en": "Address", "he": "כתובת"},
    Topic.ACCESS: {"fr": "Accès", "en": "Access", "he": "דרכי הגעה"},
    Topic.PRICES: {"fr": "Tarifs", "en": "Prices", "he": "מחירים"},
    Topic.PAYMENT: {"fr": "Moyens de paiement", "en": "Means of payment", "he": "אמצעי תשלום"},
    Topic.BOOKING: {"fr": "Commandes et rendez-vous", "en": "Orders and appointments", "he": "הזמנות ותורים"},
    Topic.EMERGENCIES: {"fr": "Urgences", "en": "Emergencies", "he": "מקרים דחופים"},
    Topic.EXCLUSIONS: {"fr": "Ce que nous ne faisons pas", "en": "What we do not do", "he": "מה איננו עושים"},
    Topic.TEAM: {"fr": "Équipe", "en": "Team", "he": "הצוות"},
    Topic.CONTACT: {"fr": "Site et e-mail", "en": "Website and e-mail", "he": "אתר ומייל"},
}
_COLON = {"fr": "\u00a0:", "en": ":", "he": ":"}
_ASKED = {"fr": "« {question} » {answer}", "en": '"{question}" {answer}', "he": "„{question}” {answer}"}
_HOURS = {
    Hours.ALWAYS: {
        "fr": "24 heures sur 24, tous les jours",
        "en": "day and night, every day",
        "he": "בכל שעות היממה, בכל ימות השבוע",
    },
    Hours.APPOINTMENT: {
        "fr": "uniquement sur rendez-vous",
        "en": "by appointment only",
        "he": "בתיאום מראש בלבד",
    },
}


def fact_lines(answers: Answers, organization: Organization, language: str) -> list[str]:
    """The lines of an assistant's instructions, in its language; none for what is open or does not apply."""
    lines = []
    for topic, answer in answers.items():
        lines += [f"- {without_variables(_say_asked(each, language))}" for each in answer.questions]
        if words := say_answer(topic, answer, organization, language):
            lines.append(f"- {LABELS[topic][language]}{_COLON[language]} {without_variables(words)}")
    return lines


def say_answer(topic: Topic, answer: Answer, organization: Organization, language: str) -> str:
    """One answer in one line; empty for what does not apply, and for questions, which are lines of their own."""
    grammar = GRAMMARS[language]
    parts = {
        Topic.HOURS: _say_hours(answer, grammar),
        Topic.CLOSURES: say_closures(answer.closures, grammar),
        Topic.EMERGENCIES: answer.phone and say_phone(answer.phone, organization),
    }
    said = [parts.get(topic, ""), _one_line(answer.text)]
    return ". ".join(filter(None, said))


def say_phone(number: str, organization: Organization) -> str:
    """An E.164 number as people of the organisation's country say it; numbers of others with their country code."""
    phone = PhoneNumber.from_string(number)  # type: ignore[no-untyped-call]
    is_at_home = region_code_for_number(phone) == country_of(organization)
    return str(phone.as_national if is_at_home else phone.as_international)


def _say_hours(answer: Answer, grammar: Grammar) -> str:
    if not answer.hours:
        return ""
    kind = _HOURS.get(Hours(answer.hours), {}).get(grammar.language, "")
    week = say_week(answer.spans, grammar) if answer.spans else ""
    return ", ".join(filter(None, (kind, week)))


def _say_asked(asked: Asked, language: str) -> str:
    return _ASKED[language].format(question=asked.question, answer=asked.answer)


def _one_line(text: str) -> str:
    """The lines of a text as sentences of one line."""
    *first, last = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    return " ".join([*(line if line[-1] in ".!?:;,…" else f"{line}." for line in first), last])


def without_variables(text: str) -> str:
    """Text that Vapi takes as it is: what begins like a Liquid variable or tag would be replaced in each call."""
    return re.sub(r"\{(?=[{%])", "{ ", text)
