"""Template tags for fields that need more than an input: radio buttons, secrets."""

from typing import Any

from django import template
from django.forms import BoundField

from core.templatetags.components import field_context

register = template.Library()


@register.inclusion_tag("components/choices.html")
def choices(bound: BoundField) -> dict[str, Any]:
    """Radio buttons side by side, with the field's hint or error below."""
    identity = bound.id_for_label or bound.auto_id
    error = bound.errors[0] if bound.errors else ""
    return {
        "described_by": f"{identity}_error" if error else f"{identity}_helptext" if bound.help_text else "",
        "error": error,
        "hint": bound.help_text,
        "id": identity,
        "legend": bound.label,
        "options": list(bound.subwidgets),
    }


@register.inclusion_tag("components/secret.html")
def secret_field(bound: BoundField, modifiers: str = "", hint: str = "") -> dict[str, Any]:
    """A password field with a button that shows what was pasted."""
    return field_context(bound, hint=hint, autofocus=None, given={}) | {"modifiers": modifiers}
