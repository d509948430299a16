"""Summaries of invented calls: what a model would make of each conversation in `calls.demo.conversations`."""

import random
from dataclasses import dataclass

from calls.demo.conversations import Conversation
from calls.models import Call, CallSummary
from calls.summaries.models import NAME_LENGTH, SUBJECT_LENGTH

MADE = 0.93  # share of the conversations; of the rest Vapi has told nothing
NAMED_BADLY = 0.08
OTHER_NUMBER = 0.2  # share of callers who ask to be called back on another number than theirs


@dataclass(frozen=True)
class Pattern:
    """What one conversation leads to, with the words of the conversation in {braces}."""

    purpose: str
    subject: str
    wishes: str = ""
    wanted_at: str = ""
    has_name: bool = False
    urgencies: tuple[str, ...] = ("normal",)  # one of them is drawn
    question: str = ""


PATTERNS: dict[str, tuple[Pattern, ...]] = {
    "fr": (
        Pattern(
            "appointment",
            "Commande\u00a0: {cake} pour {day}",
            "{cake} pour {count} personnes, retrait {day} vers {hour}.",
            "{day} vers {hour}",
            has_name=True,
        ),
        Pattern("none", "Horaires du {day}"),
        Pattern(
            "appointment",
            "{count} {bread} à mettre de côté",
            "{count} {bread}, retrait {day} à {hour}.",
            "{day} à {hour}",
            has_name=True,
            urgencies=("normal", "low"),
        ),
        Pattern(
            "callback",
            "Allergie aux noix\u00a0: {cake}",
            "Sa fille est allergique aux noix\u00a0: rappeler avant ce soir.",
            "avant ce soir",
            has_name=True,
            urgencies=("normal", "urgent"),
            question="Y a-t-il des noix dans la recette\u00a0: {cake}\u202f?",
        ),
        Pattern(
            "message",
            "Livraison de farine décalée à {day}, {hour}",
            "Le moulin livre la farine {day} à {hour}.",
            urgencies=("normal", "low"),
        ),
        Pattern(
            "complaint",
            "Il manquait un article dans le sac",
            "{count} {bread} achetés ce matin, il en manquait un.",
            has_name=True,
        ),
    ),
    "en": (
        Pattern(
            "appointment",
            "Order: {cake} for {day}",
            "{cake} for {count}, collected on {day}, {hour}.",
            "{day}, {hour}",
            has_name=True,
        ),
        Pattern("none", "Opening hours on {day}"),
        Pattern(
            "appointment",
            "{count} {bread} to put aside",
            "{count} {bread}, kept until {hour}.",
            "{hour}",
            has_name=True,
            urgencies=("normal", "urgent"),
        ),
    ),
    "he": (
        Pattern(
            "appointment",
            "הזמנה: {cake} ליום {day}",
            "{cake} ל־{count} סועדים, איסוף ביום {day} בשעה {hour}.",
            "יום {day}, {hour}",
            has_name=True,
        ),
        Pattern("none", "שעות הפתיחה ביום {day}"),
        Pattern(
            "appointment",
            "{bread}: לשמור בצד",
            "{bread}, לשמור עד {hour}.",
            "עד {hour}",
            has_name=True,
            urgencies=("normal", "urgent"),
        ),
    ),
}


def sum_up(call: Call, conversation: Conversation, chance: random.Random, number: str) -> CallSummary | None:
    """The summary of a call in which all of a conversation was said. `number` is another one of the caller's."""
    if chance.random() > MADE:
        return None
    pattern, words = PATTERNS[conversation.language][conversation.number], conversation.words
    has_name = pattern.has_name
    return CallSummary(
        call=call,
        subject=_sentence(pattern.subject, words)[:SUBJECT_LENGTH],
        caller_name=words["name"][:NAME_LENGTH] if has_name else "",
        purpose=pattern.purpose,
        callback_number=number if has_name and chance.random() < OTHER_NUMBER else "",
        wanted_at=pattern.wanted_at.format(**words),
        urgency=chance.choice(pattern.urgencies),
        wishes=_sentence(pattern.wishes, words),
        unanswered=[_sentence(pattern.question, words)] if pattern.question else [],
        unsure=["caller_name"] if has_name and chance.random() < NAMED_BADLY else [],
        version="demo",
    )


def _sentence(pattern: str, words: dict[str, str]) -> str:
    text = pattern.format(**words)
    return text[:1].upper() + text[1:]
