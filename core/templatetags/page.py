"""What stands in a page's head: style sheets, theme, and its addresses in the other languages."""

from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.web.static_storage import serves_bundles
from core.web.stylesheets import bundle_path, sheets_of

register = template.Library()

THEMES = ("light", "dark")
CANVAS = {"light": "#f7f6f3", "dark": "#0d0e11"}


@register.simple_tag
def stylesheets(layout: str) -> SafeString:
    """The style sheets of a layout: one joined file in production, each by itself in development."""
    paths = [bundle_path(layout)] if serves_bundles() else sheets_of(layout)
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(path),) for path in paths))


def chosen_theme(request: HttpRequest | None) -> str:
    """The theme that this browser chose, or "" where the system's holds.

    It is kept in a cookie and written into the page by the server: no flash of the other theme, no request for a
    blocking script, no inline one. Shared caches are no loss: every page already varies on the session's cookie.
    """
    theme = request.COOKIES.get("theme", "") if request is not None else ""
    return theme if theme in THEMES else ""


@register.simple_tag(takes_context=True)
def theme_attribute(context: template.Context) -> SafeString:
    """The chosen theme as an attribute of the page's root."""
    theme = chosen_theme(context.get("request"))
    return format_html(' data-theme="{}"', theme) if theme else mark_safe("")


@register.simple_tag(takes_context=True)
def theme_color(context: template.Context) -> SafeString:
    """The colour of the browser's own frame: the page's canvas."""
    return _theme_color(chosen_theme(context.get("request")))


@cache
def _theme_color(theme: str) -> SafeString:
    if theme:
        return format_html('<meta name="theme-color" content="{}">', CANVAS[theme])
    return format_html_join(
        "\n",
        '<meta name="theme-color" content="{}" media="(prefers-color-scheme: {})">',
        ((colour, name) for name, colour in CANVAS.items()),
    )


def absolute(path: str) -> str:
    """An address of this installation that works outside of it: search engines, previews."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


@register.simple_tag
def absolute_static(path: str) -> str:
    """The full address of a static file."""
    return absolute(static(path))


@register.simple_tag(takes_context=True)
def language_anchors(context: template.Context) -> SafeString:
    """A link to this page in each language."""
    return _anchors(
        *((link["url"], link["code"], link["name"], link["current"]) for link in context["language_links"])
    )


@lru_cache(maxsize=256)  # most visits are to few addresses
def _anchors(*links: tuple[str, str, str, bool]) -> SafeString:
    return format_html_join(
        "\n  ",
        '<a href="{}" lang="{}" hreflang="{}"{}>{}</a>',
        (
            (url, code, code, mark_safe(' aria-current="true"') if current else "", name)
            for url, code, name, current in links
        ),
    )


@register.simple_tag(takes_context=True)
def alternates(context: template.Context) -> SafeString:
    """The canonical address of a public page, and the page in each language; queries are left out."""
    links: list[dict[str, Any]] = context.get("language_links") or []
    here = next((link["code"] for link in links if link["current"]), None)
    return _alternates(here, tuple((link["code"], absolute(urlsplit(link["url"]).path)) for link in links))


@lru_cache(maxsize=64)  # the few pages that search engines may know
def _alternates(here: str | None, links: tuple[tuple[str, str], ...]) -> SafeString:
    addresses = dict(links)
    if here is None:
        return mark_safe("")
    rows = [("canonical", "", addresses[here])]
    rows += [("alternate", code, address) for code, address in links]
    rows += [("alternate", "x-default", addresses.get(settings.LANGUAGE_CODE, addresses[here]))]
    return format_html_join(
        "\n",
        '<link rel="{}"{} href="{}">',
        (
            (relation, format_html(' hreflang="{}"', code) if code else "", address)
            for relation, code, address in rows
        ),
    )
