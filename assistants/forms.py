"""What people say of an assistant."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assistants.catalog.presets import Persona, preset_of
from assistants.catalog.voices import VOICES, voices_of
from assistants.conflicts import mark_of
from assistants.models import (
    FIRST_MESSAGE_LENGTH,
    NAME_LENGTH,
    PROMPT_LENGTH,
    Assistant,
    AssistantData,
    values_of,
)
from assistants.preview.chat import LONGEST_MESSAGE
from connections.fields import OutboundPhoneField, country_of
from core.web.fields import PlainTextField
from organizations.models import Organization


def voice_choices() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The voices under their languages, each with its character."""
    for code, name in settings.LANGUAGES:
        yield name, [(voice.key, f"{voice.label} · {voice.character}") for voice in voices_of(code)]


class TextField(forms.CharField):
    """Several lines. A browser sends them with CRLF, which a limit and a comparison must not count."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """The text with plain line ends, without control characters (PostgreSQL and Vapi refuse some)."""
        text = str(super().to_python(value)).replace("\r\n", "\n")
        return "".join(
            character
            for character in text
            if character in "\n\t" or character.isprintable() or character.isspace()
        )


class AssistantForm(forms.Form):
    """One assistant. `form_key` makes a form that is sent twice count once; `seen` marks what an edit began with."""

    persona = forms.ChoiceField(
        label=_("Trade"),
        choices=Persona.choices,
        error_messages={"invalid_choice": _("Choose a trade from the list.")},
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("The one your callers speak."),
        error_messages={"invalid_choice": _("Choose a language from the list.")},
    )
    name = PlainTextField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_("Only your team sees it."),
        error_messages={"required": _("Give the assistant a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    voice = forms.ChoiceField(
        label=_("Voice"),
        choices=voice_choices,
        error_messages={"invalid_choice": _("Choose a voice from the list.")},
    )
    first_message = TextField(
        label=_("First message"),
        max_length=FIRST_MESSAGE_LENGTH,
        help_text=_("What callers hear first. Say who they reached, and that it is an assistant."),
        error_messages={"required": _("Type what callers hear first.")},
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    prompt = TextField(
        label=_("Instructions"),
        max_length=PROMPT_LENGTH,
        help_text=_("What it should ask, know and never do. Write as you would to a new colleague."),
        error_messages={"required": _("Type what the assistant should do.")},
        widget=forms.Textarea(attrs={"rows": 20, "dir": "auto"}),
    )
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # Kept with what was typed where the session expires: texts of yesterday must not count as having seen today's.
    seen = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-keep": True}))

    @staticmethod
    def languages() -> dict[str, Any]:
        """The languages there are, under their codes."""
        return dict(settings.LANGUAGES)

    def clean(self) -> dict[str, Any]:
        """A voice speaks one language."""
        data = super().clean() or {}
        voice, language = VOICES.get(data.get("voice", "")), data.get("language")
        if voice and language and voice.language != language:
            name = self.languages()[language]
            self.add_error(
                "voice",
                ValidationError(_("Choose a voice that speaks %(language)s."), params={"language": name}),
            )
        return data

    @property
    def data_of_assistant(self) -> AssistantData:
        """What a valid form says."""
        return cast(
            "AssistantData", {name: self.cleaned_data[name] for name in AssistantData.__annotations__}
        )


def initial_of(persona: str, language: str, organization: Organization) -> dict[str, Any]:
    """Where a new assistant of this trade and language starts, with a key of its own."""
    preset = preset_of(persona, language, business=organization.name)
    return {"persona": persona, "language": language, "form_key": uuid.uuid4(), **vars(preset)}


def filled_again(typed: Mapping[str, str], organization: Organization) -> AssistantForm:
    """The form as it was typed, its voice and texts replaced by those of the trade and language chosen in it."""
    persona = typed.get("persona", "") if typed.get("persona") in Persona.values else Persona.CUSTOM
    language = typed.get("language", "")
    if language not in AssistantForm.languages():
        language = organization.locale
    fresh = initial_of(persona, language, organization)
    kept = {name: typed[name] for name in ("name", "form_key", "seen") if typed.get(name)}
    return AssistantForm(initial=fresh | kept)


def as_shown(assistant: Assistant) -> dict[str, Any]:
    """An assistant as the form shows it, with a mark of what that was."""
    values = values_of(assistant)
    return {**values, "seen": mark_of(values)}


class ChatForm(forms.Form):
    """One thing to say to an assistant, and the sealed conversation before it."""

    text = TextField(
        label=_("Your message"),
        max_length=LONGEST_MESSAGE,
        error_messages={"required": _("Type what a caller would say.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    thread = forms.CharField(required=False, widget=forms.HiddenInput)


class CallForm(forms.Form):
    """Whom a test call rings."""

    number = OutboundPhoneField(
        label=_("Your phone number"),
        help_text=_("Your assistant calls you, from the number of your business."),
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = self.fields["number"]
        assert isinstance(number, OutboundPhoneField)  # noqa: S101 - for the type checker
        number.region = country_of(organization)
