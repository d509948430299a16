"""The voices people choose from, by language, and who listens for each. Names are those of Vapi's schemas."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

Words = str | Promise

FEMALE = "female"
MALE = "male"


@dataclass(frozen=True)
class Voice:
    """One voice: how people know it (`label`, `character`), and how Vapi does (`wire`)."""

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


# A character is said of a voice, which is feminine in French and masculine in Hebrew.
_WARM = pgettext_lazy("a voice", "warm, calm")
_COMPOSED = pgettext_lazy("a voice", "deep, composed")
_LIVELY = pgettext_lazy("a voice", "lively, clear")
_FRIENDLY = pgettext_lazy("a voice", "friendly, relaxed")

# The first of each language is the one that an assistant starts with.
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

# Who turns speech into text. Hebrew goes to Azure, which has spoken it on the telephone for longest.
TRANSCRIBERS: dict[str, dict[str, Any]] = {
    "fr": {"provider": "deepgram", "model": "nova-3", "language": "fr"},
    "he": {"provider": "azure", "language": "he-IL"},
    "en": {"provider": "deepgram", "model": "nova-3", "language": "en"},
}

# What a voice must know of itself to speak grammatically: said to the model, never shown. English needs none.
_SELF: dict[tuple[str, str], str] = {
    ("fr", FEMALE): "Votre voix est féminine : parlez de vous au féminin.",
    ("fr", MALE): "Votre voix est masculine : parlez de vous au masculin.",
    ("he", FEMALE): "הקול שלך נשי: יש לדבר בגוף ראשון בלשון נקבה, ולפנות לאנשים בלשון רבים.",
    ("he", MALE): "הקול שלך גברי: יש לדבר בגוף ראשון בלשון זכר, ולפנות לאנשים בלשון רבים.",
}


def voices_of(language: str) -> list[Voice]:
    """Those that speak a language, the usual one first."""
    return [voice for voice in VOICES.values() if voice.language == language]


def grammar_of(voice: Voice) -> str:
    """The sentence that makes the model speak of itself as the voice sounds; empty where the language has no need."""
    return _SELF.get((voice.language, voice.gender), "")
