"""Form fields that several apps use."""

import unicodedata
import zoneinfo
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from core.locales import current_timezone_name, timezone_names
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
                _("This text holds invisible characters. Type it by hand."), code="invisible"
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
    """A time zone of the list; a former name becomes the present one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=timezone_choices,
            widget=LongSelect,
            error_messages={"invalid_choice": _("Choose a time zone from the list.")},
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        return current_timezone_name(super().to_python(value))


def timezone_choices() -> list[tuple[str, str]]:
    """Time zones with their current offset: `Europe/Paris (UTC+1)`."""
    return _choices_at(timezone.now().replace(minute=0, second=0, microsecond=0))


@lru_cache(maxsize=1)
def _choices_at(hour: datetime) -> list[tuple[str, str]]:
    """Computed once an hour: Python caches no time zones, and reading four hundred takes a tenth of a second."""

    def label(name: str) -> str:
        offset = hour.astimezone(zoneinfo.ZoneInfo(name)).utcoffset()
        minutes = int(offset.total_seconds() // 60) if offset else 0
        sign, (hours, rest) = "−" if minutes < 0 else "+", divmod(abs(minutes), 60)
        return f"{name.replace('_', ' ')} (UTC{sign}{hours}{f':{rest:02d}' if rest else ''})"

    return [(name, label(name)) for name in timezone_names()]


class LongSelect(forms.Select):
    """A select with hundreds of options. Django renders a template for each, which takes most of the page's time."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = {str(one) for one in self.format_value(value)}
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if str(key) in chosen else "", label)
                for key, label in self.choices
            ),
        )
        drawn = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", drawn, options)
