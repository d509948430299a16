"""How form fields become HTML."""

from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.safestring import mark_safe

# The widgets that are one <input> and nothing else.
INPUTS = frozenset(
    f"django/forms/widgets/{name}.html"
    for name in ("email", "file", "hidden", "input", "number", "text", "url")
)


class FormRenderer(DjangoTemplates):
    """Django's own, but for plain inputs: there they go through three templates each."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """The HTML of one widget."""
        if template_name not in INPUTS:
            return super().render(template_name, context, request)
        widget = context["widget"]
        attributes = {
            "type": widget["type"],
            "name": widget["name"],
            "value": widget["value"],
            **widget["attrs"],
        }
        written = (
            name if value is True else f'{name}="{escape(str(value))}"'
            for name, value in attributes.items()
            if value is not None and value is not False
        )
        return mark_safe(f"<input {' '.join(written)}>")  # noqa: S308 - names are the code's own, values escaped
