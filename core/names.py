"""Names that people type and that stand in mails: none may lead anywhere.

A mail client turns `evil.example` into a link by itself, so a name could make our mail carry anybody's link.
"""

import re
import unicodedata

# What reads as a full stop in a web address; compatibility forms (full-width letters and signs) are normalised first.
_STOPS = str.maketrans("。･", "..")
_ADDRESS = re.compile(
    r"""
      \b[a-z][\w+.-]*:(?:[^\W\d_]|[/\\]|\d{2,5}\b)    # a scheme: https:/, facetime:x; a host: localhost:8000
    | \b(?:mailto|tel|sms|callto|javascript|data):\S
    | \w\.\w+[/?\\]                                   # a path or a query
    | \bwww\d*\.\S
    | \S@\S+\.\S                                      # an e-mail address
    | \b\d{1,3}(?:\.\d{1,3}){3}\b                     # an IP address
    | (?:\d[\s().\-/–—]*){9}                          # a phone number
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ABBREVIATIONS = {
    "av", "bd", "cie", "dr", "ets", "jr", "me", "mgr", "mlle", "mme", "mr", "mrs", "ms", "pr", "prof", "sr",
    "st", "sta", "ste", "sté",
}  # fmt: skip
# Top-level domains that a capital makes look like a surname or a place.
_WORDS_THAT_ARE_DOMAINS = {
    "bank", "cash", "center", "click", "club", "company", "deals", "email", "finance", "group", "help", "house",
    "info", "life", "link", "live", "loan", "media", "mobi", "money", "name", "news", "online", "page", "plus",
    "pro", "sale", "services", "shop", "site", "social", "store", "studio", "support", "team", "tech", "tel",
    "today", "tours", "travel", "world", "zone",
}  # fmt: skip
_DOTTED = re.compile(r"([\w-]+)(?=\.([^\W\d_][\w-]+))")


def holds_address(name: str) -> bool:
    """Whether `name` contains a web address, an e-mail address or a phone number, however it is disguised."""
    text = _undisguised(name)
    return bool(_ADDRESS.search(text)) or any(
        not _is_abbreviated(before, after) for before, after in _DOTTED.findall(text)
    )


def unlink_name(name: str) -> str:
    """`name` for a mail: where it holds an address, with an invisible character that keeps clients from linking it.

    For names from before `holds_address` refused them, and those that the operator typed.
    """
    if not holds_address(name):
        return name
    return re.sub(r"([.:@/。．｡․＠：]|\d)(?=\S)", "\\1\u200c", name)


def _undisguised(name: str) -> str:
    """Without invisible characters and marks, and with one kind of full stop."""
    text = unicodedata.normalize("NFKC", name).translate(_STOPS)
    return "".join(each for each in text if unicodedata.category(each) not in {"Cf", "Mn"})


def _is_abbreviated(before: str, after: str) -> bool:
    """`St.Tropez`, `M.Durand`, `ד.כהן`: a short abbreviation and a name, written without the space between them."""
    if before[0].isalpha() and before[0].lower() == before[0].upper():  # scripts without capitals
        return len(before) == 1
    if after.lower() in _WORDS_THAT_ARE_DOMAINS:
        return False
    return (
        (len(before) == 1 or before.lower() in _ABBREVIATIONS) and before[0].isupper() and after[0].isupper()
    )
