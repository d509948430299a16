"""Conversations with the stand-in's assistants: what a caller says, and what must be in the answer."""

import re
from datetime import UTC, datetime

import pytest
import time_machine

from sandbox.calls.callers import CALLERS
from sandbox.calls.personas import PERSONAS
from sandbox.calls.script import ANSWERED, write_script
from sandbox.conversation.assistant import language_of, prompt_of
from sandbox.conversation.replies import reply
from sandbox.conversation.values import without_when
from sandbox.conversation.words import LANGUAGES

FRENCH = """Vous répondez au téléphone pour Roux, {trade}.
- Horaires\u00a0: du lundi au vendredi de 9 h à 18 h, le samedi de 9 h à 12 h. Fermé le dimanche.
- Fermetures\u00a0: du 1er au 20 août
- Adresse\u00a0: 12 rue des Tilleuls, Lyon
- Accès\u00a0: parking derrière le bâtiment
- Urgences\u00a0: appelez le 06 39 98 00 99
- Tarifs\u00a0: coupe 25 €\u00a0; couleur 60 €
- Ce que nous ne faisons pas\u00a0: les mèches
- «\u00a0Prenez-vous la carte\u00a0?\u00a0» Oui, à partir de cinq euros.
{gender}"""
ENGLISH = """You answer the phone for Roux, {trade}.
- Opening hours: Monday to Friday 9 am–6 pm; Saturday 9 am–noon; closed on Sunday
- Closures: 1 to 20 August
- Address: 12 Fig Street, London
- Access: parking behind the building
- Emergencies: call 07700 900999
- Prices: haircut £25; colour £60
- What we do not do: highlights
- "Do you take cards?" Yes, from five pounds.
{gender}"""
HEBREW = """זהו המענה הטלפוני של דנה, {trade}.
- שעות פתיחה: ראשון–חמישי 9:00–19:00, שישי 8:00–13:00, שבת סגור
- סגור: בערב חג
- כתובת: דיזנגוף 10, תל אביב
- דרכי הגעה: חניה מאחורי הבניין
- מקרים דחופים: להתקשר ל־050-555-0199
- מחירים: תספורת 90 ₪; צבע 250 ₪
- מה איננו עושים: החלקות
- „אפשר לשלם באשראי?” כן, בכל סכום.
{gender}"""
PROMPTS = {"fr": FRENCH, "en": ENGLISH, "he": HEBREW}
SALON = {"fr": "un salon de coiffure", "en": "a hair salon", "he": "מספרה"}


def speaking(language, prompt=""):
    messages = [{"role": "system", "content": prompt}]
    return {"transcriber": {"language": language}, "model": {"messages": messages}}


def assistant_of(language, trade="", gender=""):
    prompt = PROMPTS[language].format(trade=trade or SALON[language], gender=gender)
    return speaking(language, prompt) | {"firstMessage": "GREETING"}


def spaced(text):
    """The text with plain spaces in place of those that do not break."""
    return re.sub("[\u00a0\u202f]", " ", text)


def talk(assistant, *said):
    """The answers, and the state at the end."""
    answers, state = [], None
    for text in said:
        answer = reply(assistant, text=text, state=state)
        state = answer.state
        answers.append(answer.text.replace("\u2060", ""))
    return answers, state


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
    known, french = LANGUAGES[language], LANGUAGES["fr"]
    others = {"french", "english", "hebrew"}
    for table in ("lines", "intents", "labels", "trades", "value_words"):
        assert set(getattr(known, table)) - others == set(getattr(french, table)) - others
    assert others.intersection(known.lines) == others.intersection(known.intents)
    wishes = {wish for persona in PERSONAS.values() for wish in persona.wishes}
    assert set(CALLERS[language][""]) >= {*wishes, *ANSWERED, "hello", "more", "goodbye"} - {"new_day"}
    assert set(CALLERS[language]) == {"", *known.trades}


# Questions: each is answered with the fact that fits, whatever was said before.

QUESTIONS = [
    ("fr", "Quels sont vos horaires ?", "Voici nos horaires : du lundi au vendredi de 9 h à 18 h"),
    ("fr", "Vous êtes ouverts le mercredi ?", "Le mercredi, nous sommes ouverts de 9 h à 18 h."),
    ("fr", "Et le samedi, vous ouvrez ?", "Le samedi, nous sommes ouverts de 9 h à 12 h."),
    ("fr", "Êtes-vous ouverts dimanche ?", "Non, le dimanche, nous sommes fermés."),
    ("fr", "Vous êtes ouverts demain ?", "Non, le dimanche, nous sommes fermés."),
    ("fr", "Vous êtes ouverts en ce moment, aujourd'hui ?", "Le samedi, nous sommes ouverts"),
    ("fr", "Vous fermez pendant les vacances ?", "du 1er au 20 août."),
    ("fr", "C'est quoi votre adresse ?", "Notre adresse : 12 rue des Tilleuls, Lyon."),
    ("fr", "On peut se garer ?", "parking derrière le bâtiment."),
    ("fr", "Combien coûte une couleur ?", "Voici nos tarifs : couleur 60 €."),
    ("fr", "Quels sont vos tarifs ?", "coupe 25 € ; couleur 60 €."),
    ("fr", "C'est urgent !", "En cas d’urgence : appelez le 06 39 98 00 99."),
    ("fr", "Vous faites les mèches ?", "ce que nous ne faisons pas : les mèches."),
    ("fr", "Je peux payer par carte ? Vous prenez la carte ?", "Oui, à partir de cinq euros."),
    ("en", "What are your opening hours?", "Here are our opening hours: Monday to Friday 9 am–6 pm"),
    ("en", "Are you open on Wednesday?", "On Wednesday, we are open 9 am–6 pm."),
    ("en", "Are you open tomorrow?", "No, we are closed on Sunday."),
    ("en", "Are you open now?", "On Saturday, we are open 9 am–noon."),
    ("en", "Are you closed over the holidays?", "1 to 20 August."),
    ("en", "Where are you?", "Our address is: 12 Fig Street, London."),
    ("en", "Is there parking?", "To get here: parking behind the building."),
    ("en", "How much is a haircut?", "Here are our prices: haircut £25."),
    ("en", "It's an emergency", "call 07700 900999."),
    ("en", "Do you do highlights?", "what we do not do: highlights."),
    ("en", "Can I pay by card, do you take cards?", "Yes, from five pounds."),
    ("he", "מה שעות הפתיחה?", "אלה שעות הפתיחה שלנו: ראשון–חמישי 9:00–19:00"),
    ("he", "אתם פתוחים ביום שלישי?", "ביום שלישי אנחנו פתוחים 9:00–19:00."),
    ("he", "פתוחים ביום שישי?", "ביום שישי אנחנו פתוחים 8:00–13:00."),
    ("he", "אתם פתוחים היום?", "לא, ביום שבת אנחנו סגורים."),
    ("he", "אתם פתוחים מחר?", "ביום ראשון אנחנו פתוחים 9:00–19:00."),
    ("he", "אתם עובדים בחגים?", "בערב חג."),
    ("he", "מה הכתובת?", "הכתובת שלנו: דיזנגוף 10, תל אביב."),
    ("he", "יש חניה?", "חניה מאחורי הבניין."),
    ("he", "כמה עולה תספורת?", "תספורת 90 ₪."),
    ("he", "זה דחוף", "050-555-0199."),
    ("he", "אפשר לשלם באשראי אצלכם?", "כן, בכל סכום."),
]


@pytest.mark.parametrize(("language", "asked", "fact"), QUESTIONS)
def test_question_is_answered_with_the_fact_that_fits(language, asked, fact):
    with time_machine.travel(datetime(2026, 11, 28, 10, tzinfo=UTC)):  # a Saturday
        answers, state = talk(assistant_of(language), asked)
    assert fact in spaced(answers[0])
    assert (state.task, state.asking) == ("", "")


@pytest.mark.parametrize(
    ("language", "prompt", "text", "fact"),
    [
        ("fr", "Rôle : accueil.\n- Ouvert de 9h à 18h.", "Vos horaires ?", "Ouvert de 9h à 18h."),
        ("fr", "La coupe est à 25 €. Sois bref.", "Quel prix ?", "La coupe est à 25 €."),
        ("en", "We open at 9:00. Be kind.", "When do you open?", "We open at 9:00."),
        ("en", "A haircut is $30.", "How much is it?", "A haircut is $30."),
        ("he", "פתוח בימים א׳–ה׳ 8:00–17:00.", "מה שעות הפתיחה?", "פתוח בימים א׳–ה׳ 8:00–17:00."),
        ("he", "פתוח בימים א׳–ה׳ 8:00–17:00.", "אתם פתוחים ביום רביעי?", "פתוחים 8:00–17:00."),
        ("he", "תספורת עולה 90 ₪.", "כמה זה עולה?", "תספורת עולה 90 ₪."),
    ],
    ids=["fr-hours", "fr-price", "en-hours", "en-price", "he-hours", "he-letters", "he-price"],
)
def test_prompt_without_facts_is_read_for_hours_and_prices(language, prompt, text, fact):
    assert fact in talk(speaking(language, prompt), text)[0][0]


@pytest.mark.parametrize(
    ("language", "prompt", "asked"),
    [
        ("fr", "- Horaires : à compléter.", "Quels sont vos horaires ?"),
        ("en", "- Opening hours: to be filled in.", "What are your opening hours?"),
        ("he", "- שעות פתיחה: להשלמה.", "מה שעות הפתיחה?"),
        ("fr", "", "Vous avez une terrasse ?"),
        ("en", "", "Do you have a terrace?"),
        ("he", "", "יש לכם מרפסת גדולה?"),
    ],
)
def test_what_the_prompt_does_not_say_becomes_a_message(language, prompt, asked):
    lines, callers = LANGUAGES[language].lines, CALLERS[language][""]
    said = (asked, callers["offer"][0], callers["name"][0], callers["phone"][0])
    answers, state = talk(speaking(language, prompt), *said)
    assert answers[0] == lines["unknown_fact"]
    assert asked.rstrip("?").strip() in answers[-1]
    assert state.asking == "confirm"


# Tasks: what was taken down is read back, and confirmed.

BOOKINGS = [
    (
        "fr",
        SALON["fr"],
        ["Rendez-vous mardi à 15h au nom de Dupont", "06 39 98 12 34"],
        "un rendez-vous mardi à 15h, au nom de Dupont, au 0 6 3 9 9 8 1 2 3 4",
    ),
    (
        "fr",
        SALON["fr"],
        [
            "Bonjour, je voudrais un rendez-vous",
            "jeudi matin",
            "vers dix heures",
            "madame cohen",
            "0639981234",
        ],
        "un rendez-vous jeudi matin vers dix heures, au nom de Madame Cohen, au 0 6 3 9 9 8 1 2 3 4",
    ),
    (
        "fr",
        "un restaurant",
        ["Une table pour quatre personnes samedi soir à 20h30", "C'est Monsieur Roy", "06 39 98 12 34"],
        "une table pour quatre personnes samedi soir à 20h30, au nom de Monsieur Roy",
    ),
    (
        "fr",
        "une boulangerie",
        ["Je voudrais commander une tarte pour samedi à 10h au nom de Roy", "06 39 98 12 34"],
        "une commande, « une tarte », pour samedi à 10h, au nom de Roy",
    ),
    (
        "en",
        SALON["en"],
        ["Can I book an appointment on friday at 3pm? My name is Sam Taylor", "07700 900123"],
        "an appointment, on Friday at 3pm, in the name of Sam Taylor, on 0 7 7 0 0 9 0 0 1 2 3",
    ),
    (
        "en",
        "a restaurant",
        [
            "I'd like to book a table",
            "Saturday evening",
            "at eight",
            "There will be four of us",
            "Jo Lee",
            "07700900123",
        ],
        "a table for four, Saturday evening at eight, in the name of Jo Lee",
    ),
    (
        "he",
        SALON["he"],
        ["אפשר לקבוע תור ליום שלישי בשעה 10 על שם דנה לוי?", "050-555-0123"],
        "תור ליום שלישי בשעה 10, על שם דנה לוי, בטלפון 0-5-0-5-5-5-0-1-2-3",
    ),
    (
        "he",
        "מסעדה",
        ["רציתי להזמין שולחן", "ביום חמישי בערב", "בשעה 20:30", "נהיה ארבעה", "דניאל כהן", "0505550123"],
        "שולחן לארבעה ביום חמישי בערב בשעה 20:30, על שם דניאל כהן",
    ),
]


@pytest.mark.parametrize(("language", "trade", "said", "summary"), BOOKINGS)
def test_booking_is_read_back_confirmed_and_over(language, trade, said, summary):
    lines, callers = LANGUAGES[language].lines, CALLERS[language][""]
    closing = (callers["confirm"][0], callers["more"][0])
    answers, state = talk(assistant_of(language, trade), *said, *closing)
    assert summary in spaced(answers[-3])
    assert answers[-2] in {lines["done_booking"], lines["done_order"]}
    assert answers[-1] == lines["goodbye"]
    assert state.is_over


@pytest.mark.parametrize(
    ("language", "said", "summary"),
    [
        ("fr", ["Je voudrais laisser un message", "Claire Durand", "0639981234", "Mon colis est arrivé cassé"],
         "un message, « Mon colis est arrivé cassé », de la part de Claire Durand, au 0 6 3 9"),
        ("en", ["Could somebody call me back?", "Jo Lee", "07700 900123", "My parcel is broken"],
         "a message, “My parcel is broken”, from Jo Lee, on 0 7 7 0 0"),
        ("he", ["אפשר להשאיר הודעה?", "נועה לוי", "050-555-0123", "החבילה הגיעה שבורה"],
         "הודעה, ״החבילה הגיעה שבורה״, מאת נועה לוי, בטלפון 0-5-0"),
        ("fr", ["Ma chaudière ne marche plus", "Jean Roy", "ce numéro"],
         "« Ma chaudière ne marche plus », de la part de Jean Roy, au numéro d’où vous appelez"),
        ("fr", ["Je voudrais annuler mon rendez-vous de mardi", "Jean Roy", "0639981234"],
         "un rendez-vous à annuler, mardi, au nom de Jean Roy"),
        ("fr", ["Je dois décaler mon rendez-vous", "Jean Roy", "mardi à 10h", "plutôt jeudi", "0639981234"],
         "un rendez-vous à déplacer, mardi à 10h, à remettre à jeudi, au nom de Jean Roy"),
        ("en", ["I need to cancel my appointment on Tuesday", "Jo Lee", "07700 900123"],
         "an appointment to cancel, on Tuesday, in the name of Jo Lee"),
        ("he", ["אני צריכה לבטל את התור ביום שלישי", "נועה לוי", "050-555-0123"],
         "תור לביטול, ביום שלישי, על שם נועה לוי"),
    ],
)  # fmt: skip
def test_messages_cancellations_and_changes_are_read_back(language, said, summary):
    answers, state = talk(assistant_of(language), *said)
    assert summary in spaced(answers[-1])
    assert state.asking == "confirm"


def test_number_is_repeated_and_a_name_is_thanked_for():
    answers, _state = talk(assistant_of("fr"), "Un message s'il vous plaît", "madame Cohen", "06 39 98 12 34")
    assert answers[1].startswith("Merci, Madame Cohen.")
    assert spaced(answers[2]).startswith("Je répète le numéro : 0 6 3 9 9 8 1 2 3 4.")


BOOKING = ("Un rendez-vous mardi à 15h au nom de Roy", "06 39 98 12 34")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["non, plutôt à 16h"], "mardi à 16h, au nom de Roy"),
        (["non, c'est au nom de Roi"], "mardi à 15h, au nom de Roi"),
        (["non", "jeudi"], "jeudi à 15h, au nom de Roy"),
        (["non", "le nom est faux", "Marie Roy"], "mardi à 15h, au nom de Marie Roy"),
        (["non, le numéro n'est pas bon", "06 39 98 99 99"], "au 0 6 3 9 9 8 9 9 9 9"),
    ],
)
def test_what_is_wrong_is_corrected_and_read_back_again(said, expected):
    answers, state = talk(assistant_of("fr"), *BOOKING, *said)
    assert expected in answers[-1]
    assert state.asking == "confirm"


def test_question_on_the_way_is_answered_and_the_thread_goes_on():
    answers, state = talk(
        assistant_of("fr"), "Je voudrais un rendez-vous", "Vous êtes ouverts le samedi ?", "samedi"
    )
    assert "de 9 h à 12 h." in answers[1]
    assert "Quel jour" in answers[1]
    assert state.values["day"] == "samedi"


def test_yes_with_a_goodbye_confirms_and_ends():
    answers, state = talk(assistant_of("fr"), *BOOKING, "Oui, merci, au revoir")
    assert (
        spaced(answers[-1])
        == "C’est noté. On vous rappelle pour confirmer. Merci de votre appel. Au revoir !"
    )
    assert state.is_over


def test_value_that_stays_unclear_is_asked_twice_and_then_left():
    answers, state = talk(assistant_of("fr"), "Je voudrais un rendez-vous", "euh", "bof")
    assert answers[1] != answers[0]
    assert "l’équipe verra" in answers[2]
    assert state.asking == "time"


# The conversation itself


@pytest.mark.parametrize("language", LANGUAGES)
def test_greeting_is_never_said_again(language):
    hello = CALLERS[language][""]["hello"][0]
    answers, _state = talk(assistant_of(language), hello, hello, hello)
    assert "GREETING" not in " ".join(answers)
    assert answers[1] != answers[0]


@pytest.mark.parametrize(
    ("language", "asked", "feminine", "masculine"),
    [
        ("fr", "Vous êtes un robot ?", "l’assistante vocale", "l’assistant vocal"),
        ("he", "אתם רובוט?", "העוזרת הקולית", "העוזר הקולי"),
        ("he", "אפשר להשאיר הודעה?", "אני רושמת", "אני רושם"),
    ],
)
def test_speaks_of_itself_in_the_gender_of_its_voice(language, asked, feminine, masculine):
    genders = {"fr": "Votre voix est masculine : …", "he": "הקול שלך גברי: …"}
    assert feminine in talk(assistant_of(language), asked)[0][0]
    assert masculine in talk(assistant_of(language, gender=genders[language]), asked)[0][0]


@pytest.mark.parametrize(
    ("language", "slower", "again"),
    [
        ("fr", "Vous pouvez parler plus lentement ?", "Pouvez-vous répéter ?"),
        ("en", "Could you speak slower?", "Can you repeat that?"),
        ("he", "אפשר לדבר לאט יותר?", "אפשר לחזור על זה?"),
    ],
)
def test_last_sentence_is_repeated(language, slower, again):
    wish = CALLERS[language][""]["book"][0]
    answers, _state = talk(assistant_of(language), wish, slower, again)
    assert answers[1].endswith(answers[0])
    assert answers[2].endswith(answers[0])


@pytest.mark.parametrize(
    ("language", "said", "words"),
    [
        ("fr", "Do you speak English?", "Sorry, I only speak French"),
        ("fr", "Hello, I would like to come to you with my dog", "Sorry, I only speak French"),
        ("fr", "אני רוצה לקבוע תור על שם דנה", "רק צרפתית"),
        ("en", "Vous parlez français ?", "qu’anglais"),
        ("he", "Do you speak English?", "Sorry, I only speak Hebrew"),
    ],
)
def test_another_language_is_answered_in_it_with_an_offer(language, said, words):
    answers, state = talk(assistant_of(language), said, "oui" if language == "en" else "yes")
    assert words in answers[0]
    assert (state.task, state.asking) == ("message", "name")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("nonsense", [("zzz", "qqq"), ("???", "12"), ("idiot", "zzz")])
def test_after_two_misunderstandings_a_message_is_offered(language, nonsense):
    answers, state = talk(assistant_of(language), *nonsense)
    assert answers[0] != answers[1] == LANGUAGES[language].lines["offer"]
    assert state.asking == "offer"


@pytest.mark.parametrize(
    ("language", "said", "number"),
    [
        ("fr", "J'ai une douleur dans la poitrine", "le 15"),
        ("en", "I have chest pain", "emergency services"),
        ("he", "יש לי כאבים בחזה", "101"),
    ],
)
def test_danger_comes_before_everything(language, said, number):
    book = CALLERS[language][""]["book"][0]
    assert number in talk(assistant_of(language), book, said)[0][1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("before", ["", "book", "message", "hours"])
def test_goodbye_ends_the_conversation_from_anywhere(language, before):
    callers = CALLERS[language][""]
    said = [callers[before][0]] if before else []
    answers, state = talk(assistant_of(language), *said, callers["goodbye"][0])
    assert state.is_over
    assert answers[-1] == LANGUAGES[language].lines["goodbye"]


@pytest.mark.parametrize(
    "model", [None, {}, {"messages": None}, {"messages": [{"role": "user", "content": "x"}]}]
)
def test_assistant_without_a_prompt_has_none(model):
    assert prompt_of({"model": model}) == ""


TRADES = [(language, trade) for language, known in LANGUAGES.items() for trade in ("", *known.trades)]


@pytest.mark.variants
@pytest.mark.parametrize(("language", "trade"), TRADES)
def test_played_calls_of_every_trade_come_to_their_end(language, trade):
    lines = LANGUAGES[language].lines
    word = re.sub(r"\\b|\|.*", "", LANGUAGES[language].trades.get(trade, ""))
    assistant = speaking(language, f"{prompt_of(assistant_of(language, word)).partition('.')[0]}.")
    for persona in ("appointment", "questions", "message"):
        turns, _seconds, reason = write_script(assistant, persona=persona, length="long", seed=trade)
        said = [turn["text"] for turn in turns]
        assert said[-1].endswith(lines["goodbye"])
        assert not {lines["offer"], lines["skipped"]}.intersection(said)
        assert not any(mark in text for text in said for mark in ("{", "[", "  "))
        assert reason == "customer-ended-call"


def test_question_without_its_end_is_read_in_one_pass():
    # It took days before.
    prompt = f"- «{' ' * 20_000}\n- « Prenez-vous la carte ? »  Oui."
    assert reply(speaking("fr", prompt), text="Vous prenez la carte ?").text == "Oui."


@pytest.mark.parametrize("end", ["", ",", " , ", " pour", ", pour "])
def test_order_is_noted_without_what_hangs_at_its_end(end):
    assert without_when(f"une tarte aux fraises{end}", LANGUAGES["fr"]) == "une tarte aux fraises"
