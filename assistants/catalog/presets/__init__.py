"""The texts that a new assistant starts with, for each trade and language.

Each text file beside this module holds the first message, a line of dashes and the instructions. The content of
`common.<language>.txt` is appended to the instructions of every trade.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistants.catalog.voices import voices_of

_FOLDER = Path(__file__).parent
_HEBREW = re.compile("[א-ת]")
_PREFIXED = re.compile(r"(?<=[א-ת])\{business\}")
_NAMES = {"fr": "Léa", "he": "נועה", "en": "Emma"}


class Persona(models.TextChoices):
    """The trade that an assistant is for."""

    MEDICAL = "medical", _("Medical practice")
    CRAFTSMAN = "craftsman", _("Tradesperson")
    RESTAURANT = "restaurant", _("Restaurant")
    BAKERY = "bakery", _("Bakery")
    SHOP = "shop", _("Shop")
    HAIRDRESSER = "hairdresser", _("Hair salon")
    GARAGE = "garage", _("Garage")
    LAWYER = "lawyer", _("Law firm")
    ESTATE_AGENT = "estate_agent", _("Estate agency")
    CUSTOM = "custom", _("In your own words")


@dataclass(frozen=True)
class Trade:
    """A persona as people choose it: what it is good for, and its icon."""

    persona: Persona
    summary: str | Promise
    icon: str


TRADES = (
    Trade(Persona.MEDICAL, _("Appointments, messages, emergencies sent to the right number"), "stethoscope"),
    Trade(Persona.CRAFTSMAN, _("Breakdowns and quotes, noted while you are on site"), "wrench"),
    Trade(Persona.RESTAURANT, _("Bookings and changes, also in the middle of service"), "utensils"),
    Trade(
        Persona.BAKERY, _("Orders for cakes and bread, with the day and time to collect them"), "croissant"
    ),
    Trade(Persona.SHOP, _("Orders and things to set aside, while you serve"), "store"),
    Trade(Persona.HAIRDRESSER, _("Appointments and changes, while your hands are busy"), "scissors"),
    Trade(Persona.GARAGE, _("Servicing, breakdowns and quotes, with the car and its plate"), "car"),
    Trade(Persona.LAWYER, _("First calls and clients, deadlines never missed"), "scale"),
    Trade(Persona.ESTATE_AGENT, _("Viewings, sales, tenants, each asked the right questions"), "house"),
    Trade(Persona.CUSTOM, _("A short start, the rest is yours"), "pencil"),
)


@dataclass(frozen=True)
class Preset:
    """The initial name, voice and texts of an assistant."""

    name: str
    voice: str
    first_message: str
    prompt: str


def preset_of(persona: str, language: str, *, business: str) -> Preset:
    """The preset of a persona (a `Persona` value) in a language (`fr`, `he`, `en`), for a business of this name."""
    first_message, prompt = _texts(persona, language)
    return Preset(
        name=_NAMES[language],
        voice=voices_of(language)[0].key,
        first_message=_named(first_message, business),
        prompt=_named(prompt, business),
    )


def _named(text: str, business: str) -> str:
    """The text with the business's name. A Hebrew prefix is joined to a name in another script by a maqaf."""
    if not _HEBREW.match(business):
        text = _PREFIXED.sub("־{business}", text)
    return text.replace("{business}", business)


@cache
def _texts(persona: str, language: str) -> tuple[str, str]:
    first_message, instructions = _read(f"{persona}.{language}").split("\n---\n")
    return first_message.strip(), f"{instructions.strip()}\n\n{_read(f'common.{language}').strip()}"


def _read(name: str) -> str:
    return (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")
