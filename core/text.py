"""Text from outside: which characters are seen or can be stored, and which spellings are the same to a reader."""

import re
import unicodedata

# Letters and symbols that are drawn as nothing: Hangul fillers, the empty Braille pattern, a note head without a note.
_BLANK = set("\u115f\u1160\u3164\uffa0\u2800\U0001d159")
# Invisible marks and fillers that a copied text may hold: variation selectors, joiners.
_IGNORABLE = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_SAME = {
    **dict.fromkeys("’‘‛ʼʹ′´`׳＇", "'"),
    **dict.fromkeys("“”„‟″״«»＂", '"'),
    **dict.fromkeys("‐‑‒–—―−־－", "-"),
}
_TABLE = str.maketrans(_SAME)
LONGEST_COMPARED = 500  # characters
# Control characters but tab and line feed, NUL among them, which PostgreSQL refuses; characters that turn the direction
# of the text around them; halves of surrogate pairs, which UTF-8 cannot hold.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def is_blank(text: str) -> bool:
    """Whether a reader sees nothing of it."""
    return not any(unicodedata.category(one)[0] in "LNPS" and one not in _BLANK for one in text)


def without_invisible(text: str) -> str:
    """`text` without white space, control and format characters, and fillers: for numbers, codes, keys and links."""
    visible = (one for one in text if unicodedata.category(one)[0] not in "ZC")
    return _IGNORABLE.sub("", "".join(visible))


def comparable(text: str) -> str:
    """One spelling for all that look alike: quotes, dashes, accents, case, spaces, invisible characters.

    For confirmations that are typed from what a page shows, never for identities. Reads the beginning of a long text:
    to normalise a crafted one takes quadratic time.
    """
    words = unicodedata.normalize("NFKC", text[:LONGEST_COMPARED]).translate(_TABLE).casefold().split()
    joined = " ".join(without_invisible(word) for word in words)
    return unicodedata.normalize("NFC", joined.replace("''", '"')).strip()


def printable(text: str) -> str:
    """The text with U+FFFD for each unprintable character: without it, halves of a secret would join."""
    return UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n"))
