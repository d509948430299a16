import pytest

from sandbox.calls.conversation import intent_of, language_of, prompt_of, reply
from sandbox.calls.personas import PERSONAS, SAYS
from sandbox.calls.phrases import KEYWORDS, LINES

LANGUAGES = ["fr", "en", "he"]


def speaking(language, prompt=""):
    messages = [{"role": "system", "content": prompt}]
    return {"transcriber": {"language": language}, "model": {"messages": messages}}


@pytest.mark.parametrize(
    ("assistant", "language"),
    [
        ({"transcriber": {"language": "he"}}, "he"),
        ({"transcriber": {"language": "he-IL"}}, "he"),
        ({"transcriber": {"language": "en-GB"}}, "en"),
        ({"transcriber": {"language": "multi"}, "firstMessage": "Bonjour"}, "fr"),
        ({"firstMessage": "שלום"}, "he"),
        ({"firstMessage": "Good morning"}, "en"),
        ({}, "en"),
    ],
    ids=["he", "he-IL", "en-GB", "multi", "letters", "words", "nothing"],
)
def test_language_is_what_it_listens_to_or_how_it_is_written(assistant, language):
    assert language_of(assistant) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_line_word_and_wish(language):
    wishes = {wish for persona in PERSONAS.values() for wish in persona.wishes} | {"goodbye"}
    assert set(LINES[language]) == set(LINES["fr"])
    assert list(KEYWORDS[language]) == list(KEYWORDS["fr"])
    assert set(SAYS[language]) == wishes


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("wish", "intent"),
    [("book", "day"), ("hours", "hours"), ("price", "price"), ("message", "message"), ("goodbye", "goodbye")],
)
def test_what_callers_say_is_understood(language, wish, intent):
    assert {intent_of(said, language) for said in SAYS[language][wish]} == {intent}


@pytest.mark.parametrize("language", LANGUAGES)
def test_goodbye_ends_the_thread_from_anywhere(language):
    for topic in ("", "day", "name", "message", "number"):
        answer = reply(speaking(language), text=SAYS[language]["goodbye"][0], topic=topic)
        assert (answer.text, answer.topic) == (LINES[language]["goodbye"], "")


@pytest.mark.parametrize(
    ("language", "prompt", "text", "fact"),
    [
        ("fr", "Rôle : accueil.\n- Ouvert de 9h à 18h.", "Vos horaires ?", "Ouvert de 9h à 18h."),
        ("fr", "La coupe est à 25 €. Sois bref.", "Quel prix ?", "La coupe est à 25 €."),
        ("en", "We open at 9:00. Be kind.", "When do you open?", "We open at 9:00."),
        ("en", "A haircut is $30.", "How much is it?", "A haircut is $30."),
        ("he", "פתוח בימים א׳–ה׳ 8:00–17:00.", "מה שעות הפתיחה?", "פתוח בימים א׳–ה׳ 8:00–17:00."),
        ("he", "תספורת עולה 90 ₪.", "כמה זה עולה?", "תספורת עולה 90 ₪."),
    ],
    ids=["fr-hours", "fr-price", "en-hours", "en-price", "he-hours", "he-price"],
)
def test_facts_come_from_the_prompt(language, prompt, text, fact):
    assert fact in reply(speaking(language, prompt), text=text).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_prompt_does_not_say_is_not_made_up(language):
    answer = reply(speaking(language), text=SAYS[language]["hours"][0])
    assert (answer.text, answer.topic) == (LINES[language]["unknown_fact"], "message")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_understood_is_asked_about(language):
    assert reply(speaking(language), text="zzz").text == LINES[language]["unknown"]


@pytest.mark.parametrize(
    "model", [None, {}, {"messages": None}, {"messages": [{"role": "user", "content": "x"}]}]
)
def test_assistant_without_a_prompt_has_none(model):
    assert prompt_of({"model": model}) == ""
