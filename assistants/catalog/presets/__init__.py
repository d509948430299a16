"""What an assistant says and does before its owner changes a word: a text for each trade and language.

The texts are content, one file each, beside this one: the first message, a line of dashes, the instructions. What
holds for every trade stands in `common.<language>.txt`, and ends the instructions of each.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import models
from django.utils.translation import gettext_lazy as _

from assistants.catalog.voices import voices_of

_FOLDER = Path(__file__).parent
_HEBREW = re.compile("[א-ת]")
_PREFIXED = re.compile(r"(?<=[א-ת])\{business\}")
_NAMES = {"fr": "Léa", "he": "נועה", "en": "Emma"}


class Persona(models.TextChoices):
    """What the assistant is to its callers."""

    MEDICAL = "medical", _("Medical practice")
    CRAFTSMAN = "craftsman", _("Craftsman")
    LAWYER = "lawyer", _("Law firm")
    RESTAURANT = "restaurant", _("Restaurant")
    ESTATE_AGENT = "estate_agent", _("Estate agency")
    CUSTOM = "custom", _("In your own words")


@dataclass(frozen=True)
class Preset:
    """Where an assistant starts from, with the business's name in its texts."""

    name: str
    voice: str
    first_message: str
    prompt: str


def preset_of(persona: str, language: str, *, business: str) -> Preset:
    """The beginning for a persona (a `Persona` value) in a language (`fr`, `he`, `en`)."""
    first_message, prompt = _texts(persona, language)
    return Preset(
        name=_NAMES[language],
        voice=voices_of(language)[0].key,
        first_message=_named(first_message, business),
        prompt=_named(prompt, business),
    )


def _named(text: str, business: str) -> str:
    """The name where it belongs. A Hebrew prefix is written onto a Hebrew name, and joined to any other by a maqaf."""
    if not _HEBREW.match(business):
        text = _PREFIXED.sub("־{business}", text)
    return text.replace("{business}", business)


@cache
def _texts(persona: str, language: str) -> tuple[str, str]:
    first_message, instructions = _read(f"{persona}.{language}").split("\n---\n")
    return first_message.strip(), f"{instructions.strip()}\n\n{_read(f'common.{language}').strip()}\n"


def _read(name: str) -> str:
    return (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")
