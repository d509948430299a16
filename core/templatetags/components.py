"""Template tags of the components; each has a template in templates/components/ and a style sheet of its name.

Block tags take their content from between the tags. Modifiers are the suffixes of the block's name in its style sheet:
`{% button "primary large" %}` is `.button.button--primary.button--large`. Any other keyword becomes an attribute, with
`_` for `-`: `popovertarget="menu"`, `aria_describedby="hint"`.
"""

from typing import Any

from django import template
from django.contrib.messages import get_messages
from django.forms import BoundField, Select
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from core.templatetags.brand import classes
from core.web.page_slots import render_slot

register = template.Library()

# An e-mail address is never capitalised, corrected or shown right to left.
EMAIL_ATTRIBUTES = {
    "autocapitalize": "none",
    "autocomplete": "email",
    "dir": "ltr",
    "inputmode": "email",
    "spellcheck": "false",
}


def inner(content: str) -> SafeString:
    """The content between the tags, without surrounding whitespace. It is already rendered, and so escaped."""
    return mark_safe(content.strip())  # noqa: S308


def drawn(template_name: str, context: dict[str, Any]) -> SafeString:
    """A component without the line breaks around it, so that it can stand within a sentence."""
    return inner(render_to_string(template_name, context))


def attributes(given: dict[str, Any]) -> SafeString:
    """Keywords as HTML attributes: True has no value; False, None and "" are left out; 0 stays."""
    kept = {
        name.replace("_", "-"): value
        for name, value in given.items()
        if value is not None and value is not False and value != ""
    }
    return flatatt(kept)


@register.simple_block_tag(end_name="endbutton")
def button(
    content: str, modifiers: str = "", href: str = "", icon: str = "", busy: str = "", **given: Any
) -> str:
    """A button, or with `href` a link that looks like one. `busy` is its label while its form is being sent."""
    if not href:
        given.setdefault("type", "submit")
    return drawn(
        "components/button.html",
        {
            "attributes": attributes(given | {"data_busy": busy}),
            "classes": classes("button", modifiers),
            "content": inner(content),
            "href": href,
            "icon": icon,
        },
    )


@register.simple_block_tag(end_name="endnote")
def note(content: str, modifiers: str = "", title: str = "", role: str = "") -> str:
    """A tinted box with a sentence: plain, `good`, `warn` or `bad`."""
    icons = {"good": "circle-check", "warn": "triangle-alert", "bad": "circle-alert"}
    return drawn(
        "components/note.html",
        {
            "classes": classes("note", modifiers),
            "content": inner(content),
            "icon": icons.get(modifiers, "info"),
            "role": role,
            "title": title,
        },
    )


@register.simple_block_tag(end_name="endempty")
def empty(content: str, title: str, state: str = "silent") -> str:
    """An empty state: the wave, one sentence, one action."""
    return drawn("components/empty.html", {"content": inner(content), "state": state, "title": title})


@register.simple_block_tag(end_name="endstatus")
def status(
    content: str, title: str, icon: str = "", tone: str = "", wave: str = "", live: bool = False
) -> str:
    """A page with one statement: an icon in a seal, or the wave, then a title and the next step."""
    context = {
        "content": inner(content),
        "icon": icon,
        "live": live,
        "title": title,
        "tone": tone,
        "wave": wave,
    }
    return drawn("components/status.html", context)


@register.simple_block_tag(end_name="enddialog")
def dialog(content: str, name: str, title: str) -> str:
    """A native dialog, opened by a button with `data-controller="dialog" data-dialog="<name>"`."""
    return drawn("components/dialog.html", {"content": inner(content), "name": name, "title": title})


@register.simple_block_tag(end_name="endmenu")
def menu(content: str, name: str, label: str) -> str:
    """A popover of links and buttons, opened by a button with `popovertarget="<name>"`."""
    return drawn("components/menu.html", {"content": inner(content), "label": label, "name": name})


@register.simple_block_tag(end_name="endbadge")
def badge(content: str, modifiers: str = "") -> str:
    """A dot and a word: `good`, `info`, `warn`, `bad`, `hollow`, `live`."""
    return drawn("components/badge.html", {"classes": classes("badge", modifiers), "content": inner(content)})


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    icon: str = "",
    modifiers: str = "",
    aside: str = "",
    hint: str = "",
    autofocus: bool | None = None,
    **given: Any,
) -> dict[str, Any]:
    """A form field with its label above, and its hint or its error below.

    The first invalid field takes the focus, else the one with `autofocus`; with False it never does.
    """
    return field_context(bound, hint=hint, autofocus=autofocus, given=given) | {
        "aside": aside,
        "classes": classes(
            "input", modifiers + (" select" if isinstance(bound.field.widget, Select) else "")
        ),
        "icon": icon,
        "is_select": isinstance(bound.field.widget, Select),
    }


@register.inclusion_tag("components/code-input.html")
def code_field(bound: BoundField, aside: str = "", hint: str = "") -> dict[str, Any]:
    """Six digits in one real input: paste, autofill and screen readers work."""
    given = {
        "autocomplete": "one-time-code",
        "data_controller": "digits",
        "dir": "ltr",
        "inputmode": "numeric",
        "maxlength": "100",  # allows for the text around a pasted code
    }
    return field_context(bound, hint=hint, autofocus=None, given=given) | {"aside": aside, "cells": range(6)}


def field_context(
    bound: BoundField, *, hint: str, autofocus: bool | None, given: dict[str, Any]
) -> dict[str, Any]:
    """The context of all field templates: the widget with its attributes, the hint, the first error."""
    hint = str(hint or bound.help_text)
    error = bound.errors[0] if bound.errors else ""
    wrong = [name for name in bound.form.fields if name in bound.form.errors]
    identity = bound.id_for_label
    attrs = {name.replace("_", "-"): value for name, value in given.items()}
    if getattr(bound.field.widget, "input_type", "") == "email":
        attrs = EMAIL_ATTRIBUTES | attrs
    if error or hint:
        attrs["aria-describedby"] = f"{identity}_error" if error else f"{identity}_helptext"
    attrs["autofocus"] = bound.name == wrong[0] if wrong and autofocus is not False else bool(autofocus)
    return {
        "error": error,
        "hint": hint,
        "id": identity,
        "label": bound.label,
        "widget": bound.as_widget(attrs=attrs),
    }


@register.inclusion_tag("components/avatar.html")
def avatar(name: str, modifiers: str = "", url: str = "") -> dict[str, Any]:
    """The initials of a user's or an organisation's name, or their picture."""
    words = [word for word in str(name).replace("@", " ").replace("-", " ").split() if word[:1].isalnum()]
    letters = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))
    return {"classes": classes("avatar", modifiers), "letters": letters.upper() or "·", "url": url}


@register.inclusion_tag("components/copy.html")
def copy(value: str, label: str) -> dict[str, Any]:
    """A value with a button that copies it, which only shows if scripts run."""
    return {"id": f"copy-{slugify(value)}", "label": label, "value": value}


@register.inclusion_tag("components/nav-item.html", takes_context=True)
def nav_item(
    context: template.Context, route: str, icon: str, label: str, *args: Any, kin: str = "", slot: str = ""
) -> dict[str, Any]:
    """A link of the navigation, left out if its route is not installed.

    It is marked as current on pages whose route begins with one of the words of `kin`, by default the route's own name,
    and with none that follows a minus. What fills the page's `slot` stands after its label.
    """
    try:
        url = reverse(route, args=args)
    except NoReverseMatch:
        return {"url": ""}
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    current = match is not None and _is_kin(match.view_name, (kin or route).split())
    extra = render_slot(slot, request) if slot else ""
    return {"current": current, "extra": extra, "icon": icon, "label": label, "url": url}


def _is_kin(name: str, words: list[str]) -> bool:
    """Whether a route's name begins with one of the words, and with none that follows a minus."""
    foreign = tuple(word[1:] for word in words if word.startswith("-"))
    return name.startswith(tuple(words)) and not name.startswith(foreign)


@register.inclusion_tag("components/toasts.html", takes_context=True)
def toasts(context: template.Context) -> dict[str, Any]:
    """Django's messages as toasts; reading them here removes them."""
    request = context.get("request")
    icons = {"error": "circle-alert", "success": "circle-check"}
    return {
        "toasts": [
            {
                "text": message,
                "icon": icons.get(message.level_tag, "info"),
                "tone": "bad" if message.level_tag == "error" else "good",
            }
            for message in (get_messages(request) if request is not None else [])
        ]
    }
