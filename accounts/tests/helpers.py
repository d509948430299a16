"""Helpers that read mails, pages and the whole database."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.mail import EmailMessage
from django.db import connection


def link_in(mail: EmailMessage) -> str:
    """The sign-in link of a mail, as it stands alone on its line."""
    lines = [line for line in str(mail.body).splitlines() if "/verify-magic-link?token=" in line]
    assert len(lines) == 1, mail.body
    return lines[0].strip()


def link_secret(mail: EmailMessage) -> str:
    return parse_qs(urlsplit(link_in(mail)).query)["token"][0]


def code_in(mail: EmailMessage) -> str:
    """The six digits, without the space between them."""
    found = re.search(r"^(\d{3}) (\d{3})$", str(mail.body), re.MULTILINE)
    assert found is not None, mail.body
    return found[1] + found[2]


def text_of(response: Any) -> str:
    return str(response.content.decode())


# Differences between two responses to the same request: CSRF tokens, ids.
_VARIES = re.compile(
    r"(?<=name=\"csrfmiddlewaretoken\" value=\")[^\"]+"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)


def normalized(text: str) -> str:
    return _VARIES.sub("*", text)


def dump() -> dict[str, list[tuple[str, ...]]]:
    """Every row of every table, as text."""
    tables = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            tables[name] = sorted(tuple(str(value) for value in row) for row in cursor.fetchall())
    return tables
