import uuid

import pytest

from core.tests.contract import holds
from sandbox.tests.bodies import ASSISTANT, KEY
from sandbox.trouble import switches

pytestmark = pytest.mark.django_db


@pytest.fixture
def say(vapi, assistant):
    """Send the assistant messages, each continuing the chat."""
    last: dict[str, str] = {}

    def write(text):
        body = {"assistantId": assistant["id"], "input": text} | last
        answer = vapi("POST", "/chat", body)
        assert answer.status_code == 201, answer.content
        assert holds("vapi", "CreateChatDTO", body)
        assert holds("vapi", "Chat", answer.json())
        last["previousChatId"] = answer.json()["id"]
        return answer.json()["output"][0]["content"]

    return write


def test_greets_with_its_own_first_message(say):
    assert say("Bonjour !") == ASSISTANT["firstMessage"]


def test_tells_what_its_prompt_says(say):
    assert "Ouvert du mardi au samedi, de 7h à 19h30." in say("Quels sont vos horaires ?")
    assert "1,20 €" in say("Combien coûte une baguette ?")


def test_books_step_by_step(say):
    assert "Quel jour" in say("Je voudrais un rendez-vous")
    assert "À quel nom" in say("Jeudi à 14 h")
    assert "est noté" in say("Durand")
    assert "Bonne journée" in say("Merci, au revoir")


def test_a_question_on_the_way_is_answered_and_the_thread_goes_on(say):
    say("Je voudrais un rendez-vous")
    assert "Ouvert du mardi" in say("Vous êtes ouverts jusqu'à quelle heure ?")
    assert "À quel nom" in say("Jeudi alors")


def test_takes_a_message(say):
    assert "je prends votre message" in say("Je voudrais laisser un message")
    assert "À quel numéro" in say("C'est pour la commande de samedi")
    assert "je transmets" in say("06 12 34 56 78")


@pytest.mark.parametrize(
    ("language", "words", "answer"),
    [
        ("fr", "Un rendez-vous, s'il vous plaît", "Quel jour"),
        ("en", "I'd like to book an appointment", "Which day"),
        ("he", "אפשר לקבוע תור?", "איזה יום"),
    ],
)
def test_speaks_the_assistants_language(vapi, language, words, answer):
    body = {"transcriber": {"provider": "deepgram", "language": language}}
    made = vapi("POST", "/assistant", body).json()
    said = vapi("POST", "/chat", {"assistantId": made["id"], "input": words}).json()
    assert answer in said["output"][0]["content"]


def test_thread_goes_on_without_naming_the_assistant_again(vapi, assistant):
    first = vapi("POST", "/chat", {"assistantId": assistant["id"], "input": "Un rendez-vous"}).json()
    second = vapi(
        "POST", "/chat", {"previousChatId": first["id"], "input": [{"role": "user", "content": "Lundi"}]}
    )
    assert "À quel nom" in second.json()["output"][0]["content"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"input": ""}, 400),
        ({"input": "x"}, 400),
        ({"input": "x", "assistantId": "x"}, 400),
        ({"input": "x", "assistantId": str(uuid.UUID(int=1))}, 404),
        ({"input": "x", "previousChatId": str(uuid.UUID(int=1))}, 404),
        ({"input": "x", "mood": "good"}, 400),
    ],
    ids=["nothing", "empty", "nobody", "no-id", "unknown", "no-thread", "property"],
)
def test_wrong_chat_is_refused(vapi, body, status):
    assert vapi("POST", "/chat", body).status_code == status


def test_another_key_cannot_go_on_with_a_thread(vapi, assistant):
    first = vapi("POST", "/chat", {"assistantId": assistant["id"], "input": "Bonjour"}).json()
    other = f"{KEY}-other"
    body = {"previousChatId": first["id"], "input": "Lundi"}
    assert vapi("POST", "/chat", body, key=other).status_code == 404
    assert vapi("GET", f"/chat/{first['id']}", key=other).status_code == 404
    assert vapi("GET", f"/chat/{first['id']}").json() == first


def test_without_credit_there_is_no_answer(vapi, assistant):
    switches.switch_on("vapi", "402", times=1)
    body = {"assistantId": assistant["id"], "input": "Bonjour"}
    assert vapi("POST", "/chat", body).status_code == 402
    assert vapi("POST", "/chat", body).status_code == 201
