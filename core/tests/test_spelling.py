"""One spelling of e-mail in each language, and words that readers know."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

OTHERS = {
    "fr": r"(?<!e-)\b(?:email|mail|courriel|mél)s?\b",
    "he": 'אימייל|דוא[״"]?ל|דואר אלקטרוני',
    "en": r"\b(?:email|Email)s?\b",
}


@pytest.mark.parametrize("language", OTHERS)
def test_e_mail_has_one_spelling(language):
    path = Path(settings.BASE_DIR, "locale", language, "LC_MESSAGES", "django.po")
    with path.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    said = [
        str(text)
        for message in messages
        for text in (message.string if isinstance(message.string, tuple) else [message.string])
    ]
    # Names of placeholders and attributes are no words.
    words = [re.sub(r"%\(\w+\)s|<[^>]*>", "", text) for text in said]
    assert len(words) > 100
    assert [text for text in words if re.search(OTHERS[language], text)] == []
