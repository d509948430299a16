"""Greetings say that an AI speaks; one that does not gets a hint and a sentence to take over."""

import importlib
import itertools

import pytest
from django.apps import apps
from django.conf import settings

from assistants.catalog.disclosure import SENTENCES, discloses_ai
from assistants.catalog.presets import Persona, preset_of
from assistants.models import FIRST_MESSAGE_LENGTH, Assistant
from assistants.sync import renewal
from assistants.tests.factories import AssistantFactory, data_of, typed_into
from avafirst.demo_bakery import ASSISTANTS
from organizations.models import Organization
from sandbox.conversation import words

LANGUAGES = [code for code, _name in settings.LANGUAGES]
PATH = "/fr/o/bakery/assistants"
HINT = "Dites qu’une IA parle"

SAYS_SO = [
    "Bonjour, je suis l’assistante virtuelle (IA) du cabinet.",
    "Bonjour, ici l'IA du cabinet.",
    "Je suis une I.A., dites-moi tout.",
    "bonjour, je suis une ia",
    "Vous parlez à une Intelligence  artificielle.",
    "ICI L’INTELLIGENCE ARTIFICIELLE DU CABINET",
    "Un robot vous répond.",
    "Vous êtes en ligne avec un automate",
    "Pas un humain : une IA vous répond.",
    "Hello, I'm an AI assistant.",
    "Hello, I'm an AI.",
    "This is our ai receptionist, an ai agent.",
    "You are talking to artificial intelligence.",
    "Hi! Chatbot here.",
    "I’m Emma, the AI-powered assistant.",
    "שלום, אתם מדברים עם בינה מלאכותית.",
    "המענה בבינה מלאכותית.",
    "מדברת הבינה המלאכותית של המרפאה",
    "עוזרת מבוססת־בינה מלאכותית",
    "מדבר רובוט",
    "עוזרת ה-AI של המרפאה",
    "שיחה עם הAI שלנו",
]
DOES_NOT = [
    "",
    "Boulangerie Martin, bonjour.",
    "Vous êtes en ligne avec l’assistant vocal.",
    "Bonjour, je suis votre assistante virtuelle.",
    "Maison du MAI, bonjour, Mai Linh vous répond.",
    "Our dAIly bread, good morning!",
    "J’ai tout noté. J'ai le temps.",
    "J’AI TOUT NOTÉ",
    "AI-JE BIEN COMPRIS ?",
    "Garage KIA, bonjour. Le PIA et la Maison IAN.",
    "Le service de robotique et d’automatisme, bonjour.",
    "Votre intelligence nous plaît.",
    "Vous ne parlez pas à un robot !",
    "You are not talking to a robot, this is no AI.",
    "שלום, הגעתם למאפייה. אתם מדברים עם העוזר הקולי.",
    "בינה עליונה, שלום.",
    "רובוטיקה בע״מ, שלום",
    "אתם לא מדברים עם רובוט. זה לא בוט",
]


@pytest.mark.parametrize("greeting", SAYS_SO)
def test_greeting_that_says_so_is_recognised(greeting):
    assert discloses_ai(greeting)


@pytest.mark.parametrize("greeting", DOES_NOT)
def test_greeting_that_does_not_is_recognised(greeting):
    assert not discloses_ai(greeting)


def test_name_of_the_business_says_nothing():
    assert not discloses_ai("Clinique IA, bonjour.", business="Clinique IA")
    assert not discloses_ai("clinique ia, bonjour. Robot Café (Lyon) !", business="Robot Café (Lyon)")
    assert discloses_ai("Clinique IA, bonjour. Une IA vous répond.", business="Clinique IA")


@pytest.mark.parametrize(("persona", "language"), list(itertools.product(Persona.values, LANGUAGES)))
def test_every_preset_says_so(persona, language):
    preset = preset_of(persona, language, business="Perrin")
    assert discloses_ai(preset.first_message)
    assert discloses_ai(preset.prompt)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_other_greeting_of_ours_says_so(language):
    assert discloses_ai(SENTENCES[language])
    assert discloses_ai(words.LANGUAGES[language].lines["greeting"])
    assert all(discloses_ai(each["first_message"]) for each in ASSISTANTS)


# Pages


@pytest.fixture
def silent(connected, bakery) -> Assistant:
    return AssistantFactory(organization=bakery, first_message="Boulangerie Martin, bonjour.")


def shows_hint(page: str) -> bool:
    """Whether the hint is on the page and not hidden."""
    before, found, _after = page.partition(HINT)
    return bool(found) and not before.rpartition("<div\n")[2].partition(">")[0].rstrip().endswith("hidden")


def test_hint_stands_on_the_form_and_the_page_until_the_greeting_says_so(silent, as_user, owner):
    client, address = as_user(owner), f"{PATH}/{silent.id}"
    for page in (address, f"{address}/edit"):
        shown = client.get(page).content.decode()
        assert shows_hint(shown)
        assert SENTENCES["fr"] in shown
    Assistant.objects.update(first_message="Boulangerie Martin, bonjour. Ici l’IA.")
    for page in (address, f"{address}/edit"):
        assert not shows_hint(client.get(page).content.decode())


def test_hint_is_no_error(silent, as_user, owner):
    client = as_user(owner)
    typed = typed_into(silent, first_message="Bonjour.")
    assert client.post(f"{PATH}/{silent.id}/edit", typed).status_code == 302
    silent.refresh_from_db()
    assert silent.first_message == "Bonjour."


@pytest.mark.parametrize("language", LANGUAGES)
def test_click_on_the_form_saves_with_the_sentence_of_the_assistant(silent, as_user, owner, language):
    client = as_user(owner)
    voice = {"fr": "fr-denise", "he": "he-hila", "en": "en-sonia"}[language]
    typed = typed_into(silent, first_message="Shalom!", language=language, voice=voice)
    assert client.post(f"{PATH}/{silent.id}/edit", typed | {"disclose": "1"}).status_code == 302
    silent.refresh_from_db()
    assert silent.first_message == f"{SENTENCES[language]} Shalom!"


def test_click_creates_a_new_assistant_with_the_sentence(connected, as_user, owner):
    typed = data_of(first_message="Bonjour.") | {"disclose": "1"}
    assert as_user(owner).post(f"{PATH}/new", typed).status_code == 302
    assert Assistant.objects.get().first_message == f"{SENTENCES['fr']} Bonjour."


def test_click_on_the_page_sends_the_sentence(silent, vapi, as_user, owner, run_tasks):
    vapi.assistants[silent.vapi_id] = {"id": silent.vapi_id}
    client = as_user(owner)
    for _click in range(2):
        answer = client.post(f"{PATH}/{silent.id}/disclose")
        assert (answer.status_code, answer.url) == (302, f"{PATH}/{silent.id}")
    run_tasks()
    assert vapi.only["firstMessage"] == f"{SENTENCES['fr']} Boulangerie Martin, bonjour."


def test_greeting_that_becomes_too_long_is_left_and_shown(silent, as_user, owner):
    Assistant.objects.update(first_message="a" * FIRST_MESSAGE_LENGTH)
    answer = as_user(owner).post(f"{PATH}/{silent.id}/disclose")
    assert answer.status_code == 422
    assert Assistant.objects.get().first_message == "a" * FIRST_MESSAGE_LENGTH


def test_viewer_is_shown_no_button(silent, as_user, viewer):
    client = as_user(viewer)
    assert HINT not in client.get(f"{PATH}/{silent.id}").content.decode()
    assert client.post(f"{PATH}/{silent.id}/disclose").status_code == 403


def test_set_up_shows_it_too(newcomer, as_user):
    made = AssistantFactory(organization=newcomer.memberships.get().organization, first_message="Bonjour.")
    client = as_user(newcomer)
    for query in ("", "?change=1"):
        assert shows_hint(client.get(f"/fr/onboarding/assistant{query}").content.decode())
    place = {"place": str(made.organization_id)}
    client.post("/fr/onboarding/assistant", typed_into(made) | place | {"disclose": "1"})
    made.refresh_from_db()
    assert made.first_message == f"{SENTENCES['fr']} Bonjour."


# Greetings stored by earlier releases


def migrate() -> None:
    migration = importlib.import_module("assistants.migrations.0004_greetings_name_the_ai")
    migration.replace(apps, None)


@pytest.mark.parametrize("business", ["Boulangerie Martin", "מאפיית אלון"])
def test_stored_presets_say_so_and_are_sent_again(connected, vapi, bakery, run_tasks, business):
    module = importlib.import_module("assistants.migrations.0004_greetings_name_the_ai")
    Organization.objects.update(name=business)
    for old, _new in module.GREETINGS:
        made = AssistantFactory(organization=bakery, first_message=module.named(old, business))
        vapi.assistants[made.vapi_id] = {"id": made.vapi_id}
    migrate()
    greetings = set(Assistant.objects.values_list("first_message", flat=True))
    assert greetings == {module.named(new, business) for _old, new in module.GREETINGS}
    assert all(discloses_ai(greeting, business=business) for greeting in greetings)
    renewal.renew_copies.call()
    run_tasks()
    assert {each["firstMessage"] for each in vapi.assistants.values()} == greetings


def test_what_a_user_typed_is_left_alone(bakery):
    typed = [
        "Boulangerie Martin, bonjour. Vous êtes en ligne avec l’assistant vocal.",
        "Chez Perrin, bonjour. Vous êtes en ligne avec l’assistant vocal. Que puis-je faire pour vous ?",
    ]
    for text in typed:
        AssistantFactory(organization=bakery, first_message=text)
    migrate()
    assert set(Assistant.objects.values_list("first_message", flat=True)) == set(typed)
