"""Pages about the service for everyone: legal notice, privacy, help, contact.

Their figures are read from where they apply, so that what they promise is what happens.
"""

from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from accounts.cleanup import LINK_RETENTION
from accounts.lifetimes import IDLE_SESSION, LIFETIMES, LONGEST_SESSION
from accounts.login import rate_limits
from accounts.login.browser import COOKIE_AGE
from accounts.waiting_list.services import RETENTION
from core.web.inline_styles import inlines_sheet
from core.web.public_views import public
from organizations.models import Organization

YEAR = timedelta(days=365)  # how long the choices of language and theme last


class Cookie(NamedTuple):
    """One that the product sets. `days` is how long it lasts; 0 until the next page has been shown."""

    name: str
    purpose: str
    days: int


def cookies() -> list[Cookie]:
    """All that the product sets."""
    return [
        Cookie(settings.SESSION_COOKIE_NAME, _("keeps you signed in"), LONGEST_SESSION.days),
        Cookie(
            settings.BROWSER_COOKIE_NAME,
            _("recognises this browser, so that a sign-in from another one is reported to you"),
            timedelta(seconds=COOKIE_AGE).days,
        ),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            _("proves that a form comes from our own page"),
            timedelta(seconds=settings.CSRF_COOKIE_AGE).days,
        ),
        Cookie(settings.LANGUAGE_COOKIE_NAME, _("the language you chose"), YEAR.days),
        Cookie("theme", _("light or dark, if you chose"), YEAR.days),
        Cookie("messages", _("a message for the next page, such as “Saved”"), 0),
    ]


@public
@vary_on_cookie  # of the theme
@gzip_page
@inlines_sheet("words")
@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    """Who publishes the site and who hosts it."""
    return render(request, "public/legal.html", {"operator": settings.AVA_OPERATOR})


@public
@vary_on_cookie  # of the theme
@gzip_page
@inlines_sheet("words")
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people, how long, who receives it, and what they may ask."""
    context = {
        "operator": settings.AVA_OPERATOR,
        "cookies": cookies(),
        "link_days": LINK_RETENTION.days,
        "transcript_days": Organization._meta.get_field("transcript_days").get_default(),
        "recording_days": Organization._meta.get_field("recording_days").get_default(),
        "idle_days": IDLE_SESSION.days,
        "session_days": LONGEST_SESSION.days,
        "waiting_days": RETENTION.days,
        "reports_errors": bool(settings.SENTRY_DSN),
    }
    return render(request, "public/privacy.html", context)


@public
@vary_on_cookie  # of the theme
@gzip_page
@inlines_sheet("words")
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """The questions that owners ask."""
    context = {
        "signup_open": settings.AVA_SIGNUP == "open",
        "has_sandbox": settings.AVA_SANDBOX,
        "minutes": LIFETIMES["login"] // timedelta(minutes=1),
        "seconds": rate_limits.COOL_DOWN.per // timedelta(seconds=1),
    }
    return render(request, "public/help.html", context)


@public
@vary_on_cookie  # of the theme
@gzip_page
@inlines_sheet("words")
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """How to reach the operator."""
    return render(request, "public/contact.html", {"operator": settings.AVA_OPERATOR})
