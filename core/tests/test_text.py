import unicodedata

import pytest

from core.text import comparable, is_blank, without_invisible

UNSEEN = ["\u3164", "\u200b", "\u2800", "\u00ad", "\u115f", "\uffa0", "\u2060", "\ufeff", "\u180e", "\u034f", "\u0301",
          "\ufe0f", "\u200e", "\u202f", "\u3000", "\U000e0020", "\U0001d159", " \u200b\u3164 "]  # fmt: skip


@pytest.mark.parametrize("text", UNSEEN, ids=lambda text: "+".join(f"{ord(one):x}" for one in text))
def test_text_that_is_drawn_as_nothing_is_blank(text):
    assert is_blank(text)
    assert not is_blank(f"{text}Ana")


@pytest.mark.parametrize("text", ["Ana", "א", "7", "…", "🥐", "한", "é", "क"])
def test_any_visible_character_counts(text):
    assert not is_blank(text)
    assert not is_blank(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("L'Atelier d'Ana", "L’Atelier d‘Ana"),
        ("L'Atelier d'Ana", "l'atelier  d`ana "),
        ('ד"ר כהן', "ד״ר כהן"),
        ('ד"ר כהן', "ד''ר כהן"),
        ("צ'יפס", "צ׳יפס"),
        ("Café Zoë", "Cafe\u0301 Zoe\u0308"),
        ("Jean-Luc", "Jean‑Luc"),
        ("A & B", "\u200eA\u00a0&\u2009B\u200f"),
        ("STRASSE", "Straße"),
        ("Ava 2", "Ava ２"),
    ],
)
def test_what_looks_alike_is_the_same_to_type(one, other):
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(("one", "other"), [("Ana", "Anna"), ("Café", "Cafe"), ("a b", "ab"), ("א", "ב")])
def test_what_differs_for_a_reader_differs(one, other):
    assert comparable(one) != comparable(other)


def test_marks_of_a_copied_number_or_key_are_dropped():
    assert without_invisible("\u202a054\u200f-234\ufe0f 5678\u202c\u3164") == "054-2345678"


def test_the_beginning_of_a_long_text_is_compared():
    assert comparable("x" * 100 + "y") != comparable("x" * 100)
    assert comparable("x" * 10_000) == comparable("x" * 20_000)
