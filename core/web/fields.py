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

from core.locales import timezone_names
from core.text import UNPRINTABLE


class PlainTextField(forms.CharField):
    """One line in any script, emoji included, without control characters and direction overrides."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"dir": "auto"}

    def clean(self, value: Any) -> str:
        """Return the text in composed form with single spaces."""
        text = unicodedata.normalize("NFC", " ".join(super().clean(value).split()))
        if UNPRINTABLE.search(text):
            raise ValidationError(
                _("This text holds invisible characters. Type it by hand."), code="invisible"
            )
        return text


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
