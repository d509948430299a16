"""What relays and other programs see of a mail."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import timezone, translation

from core.mail.messages import build_mail

LOCALES = ["fr", "en", "he"]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_mail_passes_relays_that_know_ascii_alone(locale):
    data = build_mail("check", to="a@example.com", locale=locale, context={}).message().as_bytes()
    assert data.isascii()
    assert max(map(len, data.splitlines())) <= 78
    parts = [part for part in message_from_bytes(data, policy=default).walk() if not part.is_multipart()]
    assert [part["Content-Transfer-Encoding"] for part in parts] == ["quoted-printable"] * 2
    with translation.override(locale):
        assert all(translation.gettext("Mail works") in part.get_content() for part in parts)


def test_the_message_id_names_the_senders_domain(settings):
    settings.DEFAULT_FROM_EMAIL = "AvaFirst AI <ava@mail.example.com>"
    first, second = (build_mail("check", to="a@example.com", locale="fr", context={}) for _ in range(2))
    assert str(first.message()["Message-ID"]).endswith("@mail.example.com>")
    assert first.message()["Message-ID"] != second.message()["Message-ID"]


def test_no_program_answers():
    message = build_mail("check", to="a@example.com", locale="fr", context={}).message()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"


@pytest.mark.parametrize(
    ("zone", "locale", "shown"),
    [
        ("Europe/Paris", "fr", "21:03, heure de Paris"),
        ("Asia/Jerusalem", "he", "22:03, שעון ירושלים"),
        ("America/Argentina/Buenos_Aires", "en", "17:03, Buenos Aires time"),
        ("UTC", "fr", "20:03 UTC"),
        ("Europe/Athens", "fr", "22:03, heure d’Athènes"),
    ],
)
def test_a_time_names_its_zone(zone, locale, shown):
    moment = Context({"at": datetime(2026, 11, 28, 20, 3, tzinfo=UTC)})
    with timezone.override(zone), translation.override(locale):
        assert Template("{% load clock %}{{ at|date:'H:i'|zoned }}").render(moment) == shown


def test_every_time_outside_of_the_product_names_its_zone():
    """In mails and on pages of mailed links, which are read by people whose zone the page does not know."""
    root = Path(settings.BASE_DIR, "templates")
    outside = [*root.glob("emails/**/*.*"), *root.glob("landing/**/*.html")]
    outside += [
        path
        for path in root.glob("**/*.html")
        if re.search(r'extends "(accounts/_mailed|layouts/public)\.html"', path.read_text())
    ]
    times = re.compile(r'\|date:"(?:DATE)?TIME_FORMAT"(?:\|\w+)?')
    found = {use for path in outside for use in times.findall(path.read_text())}
    assert found == {'|date:"TIME_FORMAT"|zoned', '|date:"DATETIME_FORMAT"|zoned'}
