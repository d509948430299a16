"""The style sheets of each layout.

Each sheet names its cascade layer, so only layers.css must come first. Development links them one by one; in production
`core.web.static_storage` joins those of a layout into one file.
"""

BASE = ("layers", "tokens", "reset", "base", "layout", "utilities", "print")

# On every page: the mark, the buttons and the switches of the layouts.
COMMON = ("brand", "button", "icon", "languages", "link", "note", "theme-switch", "toast", "wave")

FORMS = ("field", "input")

# In the joined files only. Chromium looks for its rule as soon as the first sheet is loaded; if another one comes
# first, the transition is cancelled, which is reported as an unhandled error of the page.
TRANSITION = "css/transition.css"

LAYOUTS: dict[str, tuple[str, ...]] = {
    "public": (*COMMON, *FORMS, "code-input", "horizon", "signin", "status"),
    "landing": (*COMMON, "badge", "horizon", "landing", "landing-section", "preview", "talk", "voiceprint"),
    "setup": (
        *COMMON,
        *FORMS,
        "assistant-page",
        "avatar",
        "card",
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
        "assistant",
        "assistant-page",
        "avatar",
        "badge",
        "call",
        "calls",
        "card",
        "choices",
        "connection",
        "copy",
        "cost",
        "dialog",
        "empty",
        "facts",
        "filters",
        "help",
        "ladder",
        "line",
        "list",
        "member",
        "menu",
        "nav-item",
        "picture",
        "sandbox",
        "section",
        "sidebar",
        "tabbar",
        "table",
        "tabs",
        "talk",
        "voiceprint",
    ),
}
LAYOUTS["gallery"] = tuple(
    sorted({name for names in LAYOUTS.values() for name in names} | {"gallery", "gallery-swatches"})
)

SHELLS = {"public": ("public",), "landing": ("public",), "setup": ("setup",), "console": ("console",)}
SHELLS["gallery"] = ("console",)


def sheets_of(layout: str) -> list[str]:
    """Paths under static/, in the order of their links."""
    return [
        *(f"css/{name}.css" for name in BASE),
        *(f"css/layouts/{name}.css" for name in SHELLS[layout]),
        *(f"css/components/{name}.css" for name in LAYOUTS[layout]),
    ]


def bundle_path(layout: str) -> str:
    """The path under static/ of the joined file."""
    return f"css/bundles/{layout}.css"
