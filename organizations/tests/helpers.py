"""Reads links from invitation mails."""

from urllib.parse import parse_qs, urlsplit

from django.core.mail import EmailMessage


def invitation_link(mail: EmailMessage) -> str:
    """The link, which has a line of its own."""
    lines = [line for line in str(mail.body).splitlines() if "/invitations/accept?token=" in line]
    assert len(lines) == 1, mail.body
    return lines[0].strip()


def invitation_secret(mail: EmailMessage) -> str:
    return parse_qs(urlsplit(invitation_link(mail)).query)["token"][0]
