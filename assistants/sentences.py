"""Sentences of pages and messages about one assistant, by name and in the gender of its voice."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from assistants.grammar import inflect
from assistants.models import Assistant


class Sentence(NamedTuple):
    """Both forms of a sentence; `%(name)s` is the assistant's name."""

    feminine: str | Promise
    masculine: str | Promise


SENTENCES = {
    "created": Sentence(
        pgettext_lazy("feminine", "%(name)s is created."), pgettext_lazy("masculine", "%(name)s is created.")
    ),
    "saved": Sentence(
        pgettext_lazy("feminine", "%(name)s is saved."), pgettext_lazy("masculine", "%(name)s is saved.")
    ),
    "answers": Sentence(
        pgettext_lazy("feminine", "%(name)s answers your number from now on."),
        pgettext_lazy("masculine", "%(name)s answers your number from now on."),
    ),
    "deleting": Sentence(
        pgettext_lazy("feminine", "%(name)s is being deleted."),
        pgettext_lazy("masculine", "%(name)s is being deleted."),
    ),
    "will be deleted": Sentence(
        pgettext_lazy(
            "feminine", "%(name)s is deleted here and at Vapi, with her instructions. This cannot be undone."
        ),
        pgettext_lazy(
            "masculine", "%(name)s is deleted here and at Vapi, with his instructions. This cannot be undone."
        ),
    ),
    "answers now": Sentence(
        pgettext_lazy("feminine", "%(name)s answers your number"),
        pgettext_lazy("masculine", "%(name)s answers your number"),
    ),
    "nobody answers then": Sentence(
        pgettext_lazy("feminine", "Without her, nobody answers your callers until another assistant does."),
        pgettext_lazy("masculine", "Without him, nobody answers your callers until another assistant does."),
    ),
    "have answer": Sentence(
        pgettext_lazy("feminine", "Have %(name)s answer the number"),
        pgettext_lazy("masculine", "Have %(name)s answer the number"),
    ),
    "callers hear": Sentence(
        pgettext_lazy("feminine", "What you save is what callers hear from her, seconds later."),
        pgettext_lazy("masculine", "What you save is what callers hear from him, seconds later."),
    ),
    "not heard yet": Sentence(
        pgettext_lazy(
            "feminine", "She does not answer your number: what you save is heard when you try her out."
        ),
        pgettext_lazy(
            "masculine", "He does not answer your number: what you save is heard when you try him out."
        ),
    ),
    "instructions": Sentence(
        pgettext_lazy("feminine", "Her instructions"), pgettext_lazy("masculine", "His instructions")
    ),
}


def say(assistant: Assistant, key: str) -> str:
    """A sentence of SENTENCES as plain text, for messages and attributes."""
    words = inflect(assistant, **SENTENCES[key]._asdict())
    return str(words) % {"name": assistant.name}


def say_in_html(assistant: Assistant, key: str) -> SafeString:
    """The same with the name isolated, which may run in the other direction."""
    words = inflect(assistant, **SENTENCES[key]._asdict())
    before, name, after = str(words).partition("%(name)s")
    return format_html("{}<bdi>{}</bdi>{}", before, assistant.name, after) if name else SafeString(before)
