"""Named places of the frame that apps above `core` fill; `{% page_slot "line" %}` shows what is registered."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

Renderer = Callable[[HttpRequest, Any], SafeString]

_renderers: dict[str, Renderer] = {}


def register_slot(name: str, render: Renderer) -> None:
    """Have `render(request, membership)` fill a slot on every page of an organisation; called in `AppConfig.ready`."""
    _renderers[name] = render


def render_slot(name: str, request: HttpRequest | None) -> SafeString:
    """What fills the slot; empty on pages that are not an organisation's, and where no app has registered it."""
    membership = getattr(request, "membership", None)
    render = _renderers.get(name)
    if request is None or membership is None or render is None:
        return mark_safe("")
    return render(request, membership)
