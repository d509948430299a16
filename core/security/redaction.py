"""Recognises secrets by their form. Imports nothing of ours: log formatters need it early."""

import re

# Our link tokens are 43 characters of base64url, session keys and hashes are longer or hexadecimal, a JWT is three
# such runs. UUIDs (36) pass. Recognised anywhere: a path, a `next=` inside a query, a traceback.
_LOOKS_LIKE_A_TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}")
_NAMED = re.compile(
    r"(?i)((?:token|secret|password|authorization|api[_-]?key|code)(?:=|%3D|\"?: ?\"?))[^\s&\"',;]+"
)
REDACTED = "[redacted]"


def redact(text: str) -> str:
    """`text` without anything that looks like a secret, or is named as one."""
    return _LOOKS_LIKE_A_TOKEN.sub(REDACTED, _NAMED.sub(rf"\1{REDACTED}", text))
