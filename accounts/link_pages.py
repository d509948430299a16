"""Pages that a mailed link opens and whose button carries out the change."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.web.public_views import add_link_headers

_AROUND_A_SECRET = re.compile(r"^[^A-Za-z0-9_:-]+|[^A-Za-z0-9_:-]+$")
LONGEST = 500  # characters; the signed links are the longest, with about 100
METHODS = ["GET", "HEAD", "POST"]

Title = str | Promise

UNKNOWN_TITLE: Title = _("This link is not valid")
UNUSABLE_TITLES: dict[str, Title] = {
    "expired": _("This link has expired"),
    "used": _("This link has already been used"),
    "superseded": _("This link has been replaced"),
    "taken": _("This address belongs to another account"),
}
TITLES: dict[str, dict[str, Title]] = {
    "accounts/not_me.html": {"confirm": _("Not you?"), "done": _("This sign-in is ended")},
    "accounts/address_confirm.html": {
        "confirm": _("Confirm your new address"),
        "done": _("Your address is changed"),
    },
    "accounts/address_undo.html": {
        "confirm": _("Take your account back"),
        "done": _("Your account is yours again"),
    },
}


def secret_in(request: HttpRequest) -> str:
    """The link's secret: in the address when the mail's link is opened, in the form afterwards.

    Without the dot, bracket or invisible mark that a mail program or a person took for a part of the link.
    """
    found = (request.POST if request.method == "POST" else request.GET).get("token", "")[:LONGEST]
    return _AROUND_A_SECRET.sub("", found) or found


def only_shows(request: HttpRequest) -> bool:
    """Whether the request changes nothing.

    A POST with `show` changes only the page's language, so that the secret need not stand in an address.
    """
    return request.method != "POST" or "show" in request.POST


def link_page(
    request: HttpRequest,
    template: str,
    state: str,
    context: dict[str, object] | None = None,
    *,
    titles: dict[str, Title] | None = None,
    secret: str = "",
) -> HttpResponse:
    """The page in a state: 410 where the link no longer works.

    `titles` are those of the states, by default of `TITLES`; `secret` is the link's where the request has it elsewhere.
    """
    title = (titles or TITLES[template]).get(state)
    context = {
        **(context or {}),
        "state": state,
        "title": title or title_of_unusable_link(state),
        "token": secret or secret_in(request),
        "button_waits": state == "confirm",
    }
    return add_link_headers(render(request, template, context, status=200 if title else 410))


def title_of_unusable_link(state: str) -> Title:
    """The title of the page of a link that no longer works, or never did."""
    return UNUSABLE_TITLES.get(state, UNKNOWN_TITLE)
