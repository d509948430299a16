"""Builds a mail from three templates: subject, plain text and HTML."""

from collections.abc import Mapping
from email.charset import QP, Charset
from email.utils import make_msgid, parseaddr
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_bidi, override

from core.mail.delivery import deliver
from core.names import unlink_name

# Relays without 8BITMIME refuse a body with other characters than ASCII.
_SEVEN_BIT = Charset("utf-8")
_SEVEN_BIT.body_encoding = QP


class Mail(EmailMultiAlternatives):
    """A mail that knows its important links, which the development console prints separately."""

    def __init__(self, *args: Any, links: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.links = dict(links or {})


def absolute_url(path: str) -> str:
    """`path` under SITE_URL. Never under the Host header, which a client can choose."""
    return f"{settings.SITE_URL}{path}"


def absolute_link(route: str, locale: str, **query: str) -> str:
    """The URL of a page in the given language."""
    with override(locale):
        path = reverse(route)
    return absolute_url(f"{path}?{urlencode(query)}")


def build_mail(
    template: str,
    *,
    to: str,
    locale: str,
    timezone_name: str = "UTC",
    context: Mapping[str, Any],
    names: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Mail:
    """Render `emails/<template>/` in the recipient's language and time zone.

    `names` are the variables that people typed, in which nothing may become a link. `links` are the important links by
    name, for the development console.
    """
    with override(locale), timezone.override(timezone_name):
        full = {
            "language": locale,
            "dir": "rtl" if get_language_bidi() else "ltr",
            "site_url": settings.SITE_URL,
            **context,
            **{key: unlink_name(name) for key, name in (names or {}).items()},
        }
        subject = " ".join(render_to_string(f"emails/{template}/subject.txt", full).split())
        body = render_to_string(f"emails/{template}/body.txt", full).strip() + "\n"
        html = render_to_string(f"emails/{template}/body.html", full)
    mail = Mail(subject, body, to=[to], headers=_headers() | dict(headers or {}), links=links)
    mail.encoding = _SEVEN_BIT  # Django documents that it may be a Charset
    mail.attach_alternative(html, "text/html")
    return mail


def mail_id(name: str) -> str:
    """A Message-ID that is the same in each copy of a mail; `name` is unique among our mails."""
    return f"<{name}@{_sender_domain()}>"


def _sender_domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or settings.SITE_HOST


def _headers() -> dict[str, str]:
    return {
        # By default it ends in the name of this machine, which receivers distrust.
        "Message-ID": make_msgid(domain=_sender_domain()),
        # No automatic reply comes back: RFC 3834, and Exchange's own header.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }


def send_mail(template: str, **given: Any) -> None:
    """Build a mail (see `build_mail`) and send it now. Call it from tasks only: they retry if the backend raises."""
    deliver(build_mail(template, **given))
