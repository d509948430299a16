"""Form fields for pasted secrets and identifiers."""

import re
from typing import Any

from django import forms

from core.text import without_invisible

_BEARER = re.compile(r"(?i)^bearer(?=.)")

TWILIO_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")  # of any kind of object


class PastedField(forms.CharField):
    """A value copied from a provider's page; white space, quotes and a leading "Bearer" are dropped."""

    def to_python(self, value: Any) -> str:
        bare = without_invisible(super().to_python(value) or "").strip("\"'“”«»`")
        return _BEARER.sub("", bare)


class SecretField(PastedField):
    """A secret, hidden while it is typed and not rendered by default."""

    widget = forms.PasswordInput

    def show(self, shown: bool) -> None:
        """Set whether the page may contain the value."""
        self.widget.render_value = shown

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {
            "autocapitalize": "none",
            "autocomplete": "off",
            "dir": "ltr",
            "spellcheck": "false",
        }
