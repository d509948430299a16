"""Devices named from the User-Agent header."""

import re
from functools import lru_cache

from django.utils.translation import gettext as _
from ua_parser import parse_os, parse_user_agent

# What the parser adds to the names by which people know their browser and their device.
_VARIANTS = re.compile(r"\b(?:Mobile|iOS|WebView|UI/WKWebView)\b")
_SYSTEMS = {"Mac OS X": "Mac"}
KIND_ICONS = {"computer": "monitor", "phone": "smartphone", "tablet": "tablet"}


@lru_cache(maxsize=512)
def _families(user_agent: str) -> tuple[str, str]:
    browser, system = parse_user_agent(user_agent), parse_os(user_agent)
    return (
        " ".join(_VARIANTS.sub("", browser.family).split()) if browser else "",
        system.family if system else "",
    )


def device_kind(user_agent: str) -> str:
    """`computer`, `phone` or `tablet`, for the icon beside the name."""
    _browser, system = _families(user_agent[:300])
    if system == "iOS" or (system == "Android" and "Mobile" in user_agent):
        return "tablet" if "iPad" in user_agent else "phone"
    return "tablet" if system == "Android" else "computer"


def device_name(user_agent: str) -> str:
    """`Safari on iPhone`, without unknown parts. Only a description: a client can send any User-Agent."""
    browser, system = _families(user_agent[:300])
    system = _SYSTEMS.get(system, system)
    if system == "iOS":
        system = "iPad" if "iPad" in user_agent else "iPhone"
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("an unknown browser")
