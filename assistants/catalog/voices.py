"""The voices that users choose from, and the transcriber of each language, in the terms of Vapi's schemas."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

Words = str | Promise

FEMALE = "female"
MALE = "male"


@dataclass(frozen=True)
class Voice:
    """A voice: `label` and `character` are for users, `wire` is its description in Vapi's shape."""

    key: str
    language: str
    label: str
    character: Words
    gender: str
    wire: dict[str, Any]


def _azure(key: str, language: str, voice_id: str, label: str, character: Words, gender: str) -> Voice:
    return Voice(key, language, label, character, gender, {"provider": "azure", "voiceId": voice_id})


def _openai(key: str, language: str, voice_id: str, label: str, character: Words, gender: str) -> Voice:
    wire = {"provider": "openai", "voiceId": voice_id, "model": "gpt-4o-mini-tts"}
    return Voice(key, language, label, character, gender, wire)


# Adjectives of "voice", which is feminine in French and masculine in Hebrew.
_WARM = pgettext_lazy("a voice", "warm, calm")
_COMPOSED = pgettext_lazy("a voice", "deep, composed")
_LIVELY = pgettext_lazy("a voice", "lively, clear")
_FRIENDLY = pgettext_lazy("a voice", "friendly, relaxed")

# The first of each language is the default.
VOICES: dict[str, Voice] = {
    voice.key: voice
    for voice in (
        _azure("fr-denise", "fr", "fr-FR-DeniseNeural", "Denise", _WARM, FEMALE),
        _azure("fr-henri", "fr", "fr-FR-HenriNeural", "Henri", _COMPOSED, MALE),
        _azure("fr-vivienne", "fr", "fr-FR-VivienneMultilingualNeural", "Vivienne", _LIVELY, FEMALE),
        _azure("fr-remy", "fr", "fr-FR-RemyMultilingualNeural", "Rémy", _FRIENDLY, MALE),
        _azure("he-hila", "he", "he-IL-HilaNeural", "הילה", _WARM, FEMALE),
        _azure("he-avri", "he", "he-IL-AvriNeural", "אברי", _COMPOSED, MALE),
        _openai("he-nova", "he", "nova", "Nova", _LIVELY, FEMALE),
        _openai("he-onyx", "he", "onyx", "Onyx", _FRIENDLY, MALE),
        _azure("en-sonia", "en", "en-GB-SoniaNeural", "Sonia", _WARM, FEMALE),
        _azure("en-ryan", "en", "en-GB-RyanNeural", "Ryan", _COMPOSED, MALE),
        _azure("en-ava", "en", "en-US-AvaMultilingualNeural", "Ava", _LIVELY, FEMALE),
        _azure("en-andrew", "en", "en-US-AndrewMultilingualNeural", "Andrew", _FRIENDLY, MALE),
    )
}

# Speech to text. Hebrew goes to Azure, which has supported it on the telephone for longest.
TRANSCRIBERS: dict[str, dict[str, Any]] = {
    "fr": {"provider": "deepgram", "model": "nova-3", "language": "fr"},
    "he": {"provider": "azure", "language": "he-IL"},
    "en": {"provider": "deepgram", "model": "nova-3", "language": "en"},
}

# Tells the model the grammatical gender of its voice; never shown. English needs none.
_SELF: dict[tuple[str, str], str] = {
    ("fr", FEMALE): "Votre voix est féminine : parlez de vous au féminin.",
    ("fr", MALE): "Votre voix est masculine : parlez de vous au masculin.",
    ("he", FEMALE): "הקול שלך נשי: יש לדבר בגוף ראשון בלשון נקבה, ולפנות לאנשים בלשון רבים.",
    ("he", MALE): "הקול שלך גברי: יש לדבר בגוף ראשון בלשון זכר, ולפנות לאנשים בלשון רבים.",
}


def voices_of(language: str) -> list[Voice]:
    """The voices of a language, the default first."""
    return [voice for voice in VOICES.values() if voice.language == language]


def grammar_of(voice: Voice) -> str:
    """The sentence that tells the model the gender of its voice; empty where the language needs none."""
    return _SELF.get((voice.language, voice.gender), "")
