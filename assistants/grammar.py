"""Sentences about an assistant, in the grammatical gender of its voice."""

from typing import TypeVar

from assistants.catalog.voices import MALE
from assistants.models import Assistant

Words = TypeVar("Words")


def inflect(assistant: Assistant, *, feminine: Words, masculine: Words) -> Words:
    """The sentence in the assistant's gender; its two forms are `pgettext_lazy("feminine", …)` and "masculine"."""
    return masculine if assistant.gender == MALE else feminine
