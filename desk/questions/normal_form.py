"""Which questions are the same, as far as plain text tells."""

import hashlib
import unicodedata


def normalise(text: str) -> str:
    """Letters and digits alone, without case, accents and vowel points; any punctuation is one space."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each if each.isalnum() else " " for each in letters if not unicodedata.combining(each))
    return " ".join(plain.split())


def key_of(text: str) -> str:
    """Identifies a question; "" for a text without a letter or digit."""
    plain = normalise(text)
    return hashlib.sha256(plain.encode()).hexdigest()[:32] if plain else ""
