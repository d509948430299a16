"""Template tags of the frame: style sheets, theme, htmx, slots, and the page's URLs in the other languages."""

from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.web.inline_styles import inline_sheet
from core.web.page_slots import render_slot
from core.web.request_cache import once_per_request
from core.web.scripts import BUNDLE
from core.web.stylesheets import bundle_path

register = template.Library()

THEMES = ("light", "dark")
CANVAS = {"light": "#f7f6f3", "dark": "#0d0e11"}


@register.simple_tag
def stylesheet(layout: str, inline: bool = False) -> SafeString:
    """The link to a layout's joined style sheet; `inline`, the sheet itself (see `core.web.inline_styles`)."""
    if inline:
        return mark_safe(f"<style>{inline_sheet(layout)}</style>")  # noqa: S308 - our own file
    return format_html('<link rel="stylesheet" href="{}">', static(bundle_path(layout)))


@register.simple_tag
def script() -> SafeString:
    """The joined script, after what the first paint needs: as a module it would have the style sheet's priority."""
    return format_html('<script type="module" fetchpriority="low" src="{}"></script>', static(BUNDLE))


def chosen_theme(request: HttpRequest | None) -> str:
    """The theme in this browser's cookie, or "" for the system's.

    The server writes it into the page, so no wrong theme flashes and no script has to block. Shared caches lose
    nothing: every page varies on cookies anyway, on the session's or its form's token; those without either say so.
    """
    theme = request.COOKIES.get("theme", "") if request is not None else ""
    return theme if theme in THEMES else ""


@register.simple_tag(takes_context=True)
def theme_attribute(context: template.Context) -> SafeString:
    """The `data-theme` attribute of the page's root element, or nothing."""
    theme = chosen_theme(context.get("request"))
    return format_html(' data-theme="{}"', theme) if theme else mark_safe("")


@register.simple_tag(takes_context=True)
def theme_color(context: template.Context) -> SafeString:
    """The colour of the browser's own frame."""
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
    """The full URL of a path, for search engines and link previews."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


@register.simple_tag
def absolute_static(path: str) -> str:
    """The full URL of a static file."""
    return absolute(static(path))


@register.simple_tag(takes_context=True)
def language_anchors(context: template.Context) -> SafeString:
    """Links to this page in each language."""
    return _anchors(
        *((link["url"], link["code"], link["name"], link["current"]) for link in context["language_links"])
    )


@lru_cache(maxsize=256)  # most visits are to a few pages
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
    """The canonical URL of a public page and its URLs in each language, without queries."""
    links: list[dict[str, Any]] = context.get("language_links") or []
    here = next((link["code"] for link in links if link["current"]), None)
    return _alternates(here, tuple((link["code"], absolute(urlsplit(link["url"]).path)) for link in links))


@lru_cache(maxsize=64)  # the few pages that are open to search engines
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


@register.simple_tag(takes_context=True)
def page_slot(context: template.Context, name: str) -> SafeString:
    """What an app has registered for this place of the frame (`core.web.page_slots`)."""
    return render_slot(name, context.get("request"))


@register.simple_tag(takes_context=True)
def htmx(context: template.Context) -> SafeString:
    """htmx for pages that renew a part of themselves; once a page, however many parts ask for it."""
    return htmx_once(context["request"])


def htmx_once(request: HttpRequest) -> SafeString:
    """The script and its configuration; empty where this page has them already."""
    asked: list[None] = once_per_request(request, "htmx", list)
    if asked:
        return mark_safe("")
    asked.append(None)
    return render_to_string("components/htmx.html")
