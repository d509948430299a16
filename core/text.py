"""Text from outside, made fit for a page, a log line and a database column."""

import re

# Control characters but tab and line feed, NUL among them, which PostgreSQL refuses; characters that turn the direction
# of the text around them; halves of surrogate pairs, which UTF-8 cannot hold.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """The text with U+FFFD for each unprintable character: without it, halves of a secret would join."""
    return UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n"))
