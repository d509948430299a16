"""Template tags for icons and for the wave in all its shapes.

The shapes are computed: the wave is a dot and four bars, a voiceprint is seven bars derived from an id, the horizon is
a line in which a voice comes and goes.
"""

import hashlib
import math
from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi

register = template.Library()

# Icons that mean a direction are mirrored on right-to-left pages.
DIRECTIONAL = frozenset({"arrow-left", "arrow-right", "arrow-up-right", "chevron-right", "log-out"})

WAVE_HEIGHTS = {
    "rest": (3, 9, 19, 12, 6),
    "speaking": (3, 9, 19, 12, 6),
    "ringing": (3, 9, 19, 12, 6),
    "silent": (3, 3, 3, 3, 3),
}


def classes(block: str, modifiers: str) -> str:
    """`classes("icon", "small muted")` → `icon icon--small icon--muted`."""
    return " ".join([block, *(f"{block}--{modifier}" for modifier in modifiers.split())])


@register.simple_tag
def icon(name: str, modifiers: str = "") -> SafeString:
    """One icon of static/img/icons.svg, hidden from screen readers."""
    if name in DIRECTIONAL:
        modifiers += " directional"
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        classes("icon", modifiers),
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
@cache
def wave(state: str = "rest", modifiers: str = "") -> SafeString:
    """The mark: `rest`, `speaking` (moves: live or loading), `ringing` (waits for Vapi) or `silent` (empty)."""
    bars = "".join(
        f'<rect x="{1.25 + index * 4.625:g}" y="{12 - height / 2:g}" width="3" height="{height}" rx="1.5"/>'
        for index, height in enumerate(WAVE_HEIGHTS[state])
    )
    if state in {"speaking", "ringing"}:
        modifiers += f" {state}"
    return mark_safe(  # noqa: S308 - built from numbers and the template's own words
        f'<svg class="{classes("wave", modifiers)}" viewBox="0 0 24 24" aria-hidden="true">{bars}</svg>'
    )


@register.simple_tag
@cache
def voiceprint(key: str, modifiers: str = "") -> SafeString:
    """An assistant's avatar: seven bars derived from its id."""
    digest = hashlib.sha256(key.encode()).digest()
    envelope = (0.35, 0.6, 0.85, 1, 0.85, 0.6, 0.35)
    bars = ""
    for index, weight in enumerate(envelope):
        height = round((0.35 + 0.65 * digest[index] / 255) * weight * 22, 1)
        x, y = 5.2 + index * 3.8, 18 - height / 2
        bars += f'<rect x="{x:.1f}" y="{y:.1f}" width="2.2" height="{height}" rx="1.1"/>'
    return mark_safe(  # noqa: S308 - built from numbers and the template's own words
        f'<svg class="{classes("voiceprint", modifiers)}" viewBox="0 0 36 36" aria-hidden="true">{bars}</svg>'
    )


@register.simple_tag
def horizon() -> SafeString:
    """The line at the bottom of public pages; it runs in the reading direction."""
    return _horizon(get_language_bidi())


@cache
def _horizon(rtl: bool) -> SafeString:
    width, step, first_index = 1600, 10, 36
    line = dot = ""
    for index in range(width // step):
        x = index * step + 5
        swell = math.exp(-(((x - 800) / 260) ** 2))
        turn = index - 80
        height = (abs(math.cos(turn * 0.55) * 0.55 + math.cos(turn * 0.231) * 0.45) * 100 + 6) * swell
        height = 0.01 if height < 2.2 else height
        x = width - x if rtl else x
        if index == first_index:
            dot = f"M{x} 59.99v.02"
        else:
            line += f"M{x} {60 - height / 2:.1f}v{height:.1f}"
    return mark_safe(  # noqa: S308 - built from numbers only
        '<div class="horizon" aria-hidden="true"><svg viewBox="0 0 1600 120">'
        f'<path d="{line}"/><path class="horizon__first" d="{dot}"/></svg></div>'
    )
