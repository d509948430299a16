"""The style sheets of each layout, and the one file into which they are joined.

Each sheet names its cascade layer, so only layers.css must come first.
"""

import re
from pathlib import Path

# Chromium looks for the rule of transition.css as soon as a page's first sheet is loaded: in another file, it would
# cancel the transition, which is reported as an unhandled error of the page.
BASE = ("layers", "tokens", "reset", "base", "layout", "utilities", "print", "transition")

# On every page: the mark, the buttons and the switches of the layouts.
COMMON = ("brand", "button", "icon", "languages", "link", "note", "theme-switch", "toast", "wave")

FORMS = ("field", "input")

LAYOUTS: dict[str, tuple[str, ...]] = {
    "public": (*COMMON, *FORMS, "code-input", "horizon", "signin", "status"),
    "landing": (*COMMON, "badge", "horizon", "landing", "landing-section", "preview", "talk", "voiceprint"),
    "words": (*COMMON, "horizon", "prose"),
    "setup": (
        *COMMON,
        *FORMS,
        "assistant-page",
        "avatar",
        "card",
        "chat",
        "choices",
        "copy",
        "facts",
        "help",
        "list",
        "menu",
        "progress",
        "sidebar",
        "steps",
        "tabs",
        "talk",
        "voiceprint",
    ),
    "console": (
        *COMMON,
        *FORMS,
        "answers",
        "assistant",
        "assistant-page",
        "avatar",
        "badge",
        "call",
        "calls",
        "card",
        "chart",
        "chat",
        "choices",
        "connection",
        "copy",
        "cost",
        "count",
        "dashboard",
        "desk",
        "dialog",
        "empty",
        "facts",
        "filters",
        "heat",
        "help",
        "hours",
        "ladder",
        "line",
        "list",
        "member",
        "menu",
        "nav-item",
        "notes",
        "picture",
        "player",
        "report",
        "sandbox",
        "section",
        "segments",
        "sidebar",
        "stat",
        "tabbar",
        "table",
        "tabs",
        "talk",
        "voiceprint",
        "wanted",
    ),
}
LAYOUTS["gallery"] = tuple(
    sorted({name for names in LAYOUTS.values() for name in names} | {"gallery", "gallery-swatches"})
)

SHELLS = {
    "public": ("public",),
    "landing": ("public",),
    "words": ("public",),
    "setup": ("setup",),
    "console": ("console",),
}
SHELLS["gallery"] = ("console",)


def sheets_of(layout: str) -> list[str]:
    """Paths under static/, in the order in which they are joined."""
    return [
        *(f"css/{name}.css" for name in BASE),
        *(f"css/layouts/{name}.css" for name in SHELLS[layout]),
        *(f"css/components/{name}.css" for name in LAYOUTS[layout]),
    ]


def bundle_path(layout: str) -> str:
    """The path under static/ of the joined file."""
    return f"css/bundles/{layout}.css"


def slimmed(css: str) -> str:
    """CSS without comments and indentation; whitespace inside a line is kept, so no value changes."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return "\n".join(line for line in (line.strip() for line in css.splitlines()) if line)


def joined_sheets(static: Path, layout: str) -> str:
    """The style sheets of a layout, read under `static`, as one."""
    return "\n".join(slimmed((static / path).read_text()) for path in sheets_of(layout))
