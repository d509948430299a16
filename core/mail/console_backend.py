"""Prints mails on the console in development, each link on a line of its own."""

import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import TextIO

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

WIDTH = 100


class FramedConsoleBackend(BaseEmailBackend):
    """Prints each mail in a frame. Links are neither wrapped nor redacted."""

    def __init__(self, fail_silently: bool = False, stream: TextIO | None = None, **_: object) -> None:
        super().__init__(fail_silently=fail_silently)
        self.stream = stream

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        stream = self.stream or sys.stdout
        for message in email_messages:
            stream.write("\n".join(_box(message)) + "\n")
        stream.flush()
        return len(email_messages)


def _box(message: EmailMessage) -> Iterator[str]:
    yield "┌" + "─" * (WIDTH - 2)
    yield f"│ To:      {', '.join(message.to)}"
    yield f"│ Subject: {message.subject}"
    yield "├" + "─" * (WIDTH - 2)
    for line in str(message.body).splitlines():
        for part in textwrap.wrap(line, WIDTH - 4, break_long_words=False, break_on_hyphens=False) or [""]:
            yield f"│ {part}".rstrip()
    yield "└" + "─" * (WIDTH - 2)
    for name, url in getattr(message, "links", {}).items():
        yield f"{name}: {url}"
    yield ""
