"""French elision before a name that is only known when a sentence is filled in: `d’Atelier`, `de Boulangerie`."""

import re

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

_VOWELS = "aeiouàâäéèêëîïôöùûüœæ"
# Words before which no elision is made although they begin with a vowel, and some that begin with a silent h.
_ASPIRATED = "onz|oui|ouistiti|ouat|uhlan"
_SILENT_H = (
    "hôtel|hotel|hôpital|herbo|horlog|hélène|helene|henri|hubert|hortens|huîtr|huil|histoir|homéo|hygièn"
)
_BEFORE_VOWEL = re.compile(
    rf"\b(d|qu)e(?:\s|&nbsp;)+((?:<[^>]*>|[«\u2066-\u2069])*)(?=(?!{_ASPIRATED})[{_VOWELS}]|y(?![{_VOWELS}])|{_SILENT_H})",
    re.IGNORECASE,
)


def elide(text: str | Promise) -> str:
    """`text` with « de » and « que » elided before a vowel, also one inside of an element; unchanged but in French.

    HTML that is marked as safe stays so.
    """
    words = str(text)
    if get_language() != "fr":
        return words
    elided = _BEFORE_VOWEL.sub(r"\1’\2", words)
    return mark_safe(elided) if isinstance(words, SafeString) else elided  # noqa: S308 - only letters were removed
