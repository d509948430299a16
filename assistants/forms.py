"""The form of an assistant, and what it is filled with."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assistants.catalog.disclosure import Disclosure, disclose_ai
from assistants.catalog.presets import Persona, preset_of
from assistants.catalog.voices import VOICES, voices_of
from assistants.conflicts import digests_of
from assistants.models import (
    FIRST_MESSAGE_LENGTH,
    NAME_LENGTH,
    PROMPT_LENGTH,
    Assistant,
    AssistantData,
    values_of,
)
from core.web.fields import NameField, TextField
from organizations.models import Organization


def voice_choices() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Voices grouped by language."""
    for code, name in settings.LANGUAGES:
        yield name, [(voice.key, f"{voice.label} · {voice.character}") for voice in voices_of(code)]


# What a button of the form replaces with the texts of another trade, and another one brings back.
REPLACED = ("voice", "first_message", "prompt")
_TO_CHOOSE = {
    "persona": _("Choose a trade"),
    "language": _("Choose a language"),
    "voice": _("Choose a voice"),
}


def _former_field() -> forms.CharField:
    return TextField(required=False, widget=forms.HiddenInput(attrs={"data-keep": True}))


class AssistantForm(forms.Form):
    """An assistant. `form_key` makes a form that is sent twice count once; `seen` is `conflicts.digests_of`."""

    persona = forms.ChoiceField(
        label=_("Trade"),
        choices=Persona.choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose a trade from the list.")),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("The one your callers speak."),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose a language from the list.")),
    )
    name = NameField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_("Only your team sees it."),
        error_messages={"required": _("Give the assistant a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    voice = forms.ChoiceField(
        label=_("Voice"),
        choices=voice_choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose a voice from the list.")),
    )
    first_message = TextField(
        label=_("First message"),
        max_length=FIRST_MESSAGE_LENGTH,
        help_text=_("What callers hear first. Say who they reached, and that an AI is speaking."),
        error_messages={"required": _("Type what callers hear first.")},
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    prompt = TextField(
        label=_("Instructions"),
        max_length=PROMPT_LENGTH,
        help_text=_("What to ask, and what never to do. Write as you would to a new colleague."),
        error_messages={"required": _("Type what the assistant should do.")},
        widget=forms.Textarea(attrs={"rows": 20, "dir": "auto"}),
    )
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # Kept with the typed texts when the session expires, so that they are compared with what they were based on.
    seen = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-keep": True}))

    # What was typed before the texts were replaced; empty names are not shown.
    former_voice = _former_field()
    former_first_message = _former_field()
    former_prompt = _former_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in _TO_CHOOSE.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            # A value that this release no longer has: the browser would choose the first one instead.
            if not field.valid_value(str(self[name].value() or "")):
                field.choices = [("", words), *cast("Iterator[Any]", field.choices)]

    @staticmethod
    def languages() -> dict[str, Any]:
        return dict(settings.LANGUAGES)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        voice, language = VOICES.get(data.get("voice", "")), data.get("language")
        if voice and language and voice.language != language:
            name = self.languages()[language]
            self.add_error(
                "voice",
                ValidationError(_("Choose a voice that speaks %(language)s."), params={"language": name}),
            )
        if "disclose" in self.data and language and "first_message" in data:
            self._disclose(data, language)
        return data

    def _disclose(self, data: dict[str, Any], language: str) -> None:
        """Put the sentence that an AI speaks before the greeting, as the button beside the field asks."""
        greeting = disclose_ai(data["first_message"], language)
        try:
            data["first_message"] = self.fields["first_message"].clean(greeting)
        except ValidationError as error:
            self.add_error("first_message", error)

    def disclosure_for(self, organization: Organization) -> Disclosure:
        """Whether the greeting in the form says that an AI speaks."""
        greeting, language = self["first_message"].value() or "", self["language"].value() or ""
        return Disclosure(greeting, language, organization.name)

    @property
    def is_refilled(self) -> bool:
        """Whether it holds what was typed before its texts were replaced."""
        return bool(self["former_prompt"].value() or self["former_first_message"].value())

    @property
    def assistant_data(self) -> AssistantData:
        return cast(
            "AssistantData", {name: self.cleaned_data[name] for name in AssistantData.__annotations__}
        )


def initial_for(persona: str, language: str, organization: Organization) -> dict[str, Any]:
    """The form of a new assistant of this trade and language, with a new `form_key`."""
    preset = preset_of(persona, language, business=organization.name)
    return {"persona": persona, "language": language, "form_key": uuid.uuid4(), **vars(preset)}


def initial_from(assistant: Assistant) -> dict[str, Any]:
    """The form of an existing assistant."""
    values = values_of(assistant)
    return {**values, "seen": digests_of(values)}


def refill_form(typed: Mapping[str, str], organization: Organization) -> AssistantForm:
    """The form as it was typed, its voice and texts replaced by those of the trade and language chosen in it.

    The former ones travel in hidden fields, so that `restore_form` can bring them back.
    """
    persona = typed.get("persona", "") if typed.get("persona") in Persona.values else Persona.CUSTOM
    language = typed.get("language", "")
    if language not in AssistantForm.languages():
        language = organization.locale
    fresh = initial_for(persona, language, organization)
    kept = {name: typed[name] for name in ("name", "form_key", "seen") if typed.get(name)}
    # The first time: filled twice, the texts of the trade in between are not what was typed.
    former = {f"former_{name}": typed.get(f"former_{name}") or typed.get(name, "") for name in REPLACED}
    return AssistantForm(initial=fresh | kept | former)


def restore_form(typed: Mapping[str, str]) -> AssistantForm:
    """The form with the voice and the texts that `refill_form` replaced, in the language of that voice."""
    former = {name: typed.get(f"former_{name}", "") for name in REPLACED}
    voice = VOICES.get(former["voice"])
    language = {"language": voice.language} if voice else {}
    kept = {name: typed.get(name, "") for name in ("persona", "language", "name", "form_key", "seen")}
    return AssistantForm(initial=kept | former | language)
