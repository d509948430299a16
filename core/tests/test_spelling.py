"""One spelling of e-mail and one word for a thing in each language, and French spaces."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

OTHERS = {
    "fr": r"(?<![eE]-)\b(?:email|mail|courriel|mél)s?\b",
    "he": 'אימייל|דוא[״"]?ל|דואר אלקטרוני',
    "en": r"\b(?:email|Email)s?\b",
}


REPLACED = {
    "fr": r"\bbac à sable\b|\bassistants?\b(?! ?[→.])",
    "he": r"(?<![א-ת])[והבלמכש]*עוזר(?:ים)?(?![א-ת])|ארגז חול|מייד",
    "en": r"\bsandbox\b|\b(?:whoever|anew)\b",
}
# Before ? ! and ; French sets a narrow no-break space, before a colon and inside of guillemets a no-break space.
LOOSE = re.compile("[^\u202f][?!;](?![\\w=])|[ \u202f]:|« |«\u202f|[ \u202f]»")


def sentences(language: str) -> list[str]:
    """The translations of a language, without the names of placeholders and attributes, which are no words."""
    path = Path(settings.BASE_DIR, "locale", language, "LC_MESSAGES", "django.po")
    with path.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    said = [
        str(text)
        for message in messages
        for text in (message.string if isinstance(message.string, tuple) else [message.string])
    ]
    assert len(said) > 100
    return [re.sub(r"%\(\w+\)s|<[^>]*>|&\w+;", "", text) for text in said]


@pytest.mark.parametrize("language", OTHERS)
def test_e_mail_has_one_spelling(language):
    assert [text for text in sentences(language) if re.search(OTHERS[language], text)] == []


@pytest.mark.parametrize("language", REPLACED)
def test_word_that_was_replaced_does_not_come_back(language):
    assert [text for text in sentences(language) if re.search(REPLACED[language], text)] == []


def test_french_spaces_do_not_break():
    assert [text for text in sentences("fr") if LOOSE.search(text)] == []
