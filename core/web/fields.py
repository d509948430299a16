"""Form fields that several apps use."""

import unicodedata
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.locales import (
    current_timezone_name,
    offered_timezone_names,
    timezone_countries,
    timezone_label,
)
from core.names import holds_address
from core.text import UNPRINTABLE, is_blank


class NameField(forms.CharField):
    """One line in any script, emoji included, without control characters, direction overrides and addresses.

    Its length is limited before it is composed, which takes quadratic time for a crafted text, and afterwards, since
    some characters compose to several.
    """

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"dir": "auto"}

    def clean(self, value: Any) -> str:
        """Return the text in composed form with single spaces."""
        text = unicodedata.normalize("NFC", " ".join(super().clean(value).split()))
        if text and is_blank(text):
            raise ValidationError(
                _("Nothing of this text can be seen. Type letters or digits."), code="blank"
            )
        if UNPRINTABLE.search(text):
            raise ValidationError(
                _("This text contains invisible characters. Type it by hand."), code="invisible"
            )
        self.run_validators(text)
        if holds_address(text):
            raise ValidationError(
                _("Write the name without a web address, an e-mail address or a phone number."),
                code="address",
            )
        return text


class TextField(forms.CharField):
    """Several lines. Browsers send CRLF, which the length limit and comparisons must not count."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value)).replace("\r\n", "\n")
        # PostgreSQL and Vapi refuse some control characters.
        kept = "".join(
            character
            for character in text
            if character in "\n\t" or character.isprintable() or character.isspace()
        )
        return "" if is_blank(kept) else kept


class TimezoneChoiceField(forms.ChoiceField):
    """A time zone: of the list, or any other that exists; a former name becomes the present one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=timezone_choices,
            widget=TimezoneSelect,
            error_messages={"invalid_choice": _("Choose a time zone from the list.")},
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        return current_timezone_name(super().to_python(value))

    def valid_value(self, value: Any) -> bool:
        return value in timezone_countries()


def timezone_choices() -> list[tuple[str, str]]:
    """Time zones by their cities, in the active language: Paris and Jerusalem, then all others by the alphabet."""
    return _choices_in(get_language() or settings.LANGUAGE_CODE)


@cache
def _choices_in(language: str) -> list[tuple[str, str]]:
    labels = {name: timezone_label(name, language) for name in offered_timezone_names()}
    first = {name: labels.pop(name) for name in ("Europe/Paris", "Asia/Jerusalem")}
    return [*first.items(), *sorted(labels.items(), key=lambda choice: _alphabetical(choice[1]))]


def _alphabetical(text: str) -> str:
    """A key that sorts accented letters with their plain ones."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


class TimezoneSelect(forms.Select):
    """The list of time zones, with the one that is stored where the list names another of the same clock.

    Django renders a template for each option, which would take most of the page's time; HTML lets end tags out.
    """

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = current_timezone_name(str(value or ""))
        choices = dict(self.choices)
        if chosen not in choices and chosen in timezone_countries():
            choices = {chosen: timezone_label(chosen, get_language() or settings.LANGUAGE_CODE), **choices}
        options = format_html_join(
            "",
            '<option value="{}"{}>{}',
            ((key, mark_safe(" selected") if key == chosen else "", label) for key, label in choices.items()),
        )
        drawn = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", drawn, options)
