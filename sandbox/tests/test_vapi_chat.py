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


def test_its_greeting_was_heard_already(say):
    assert ASSISTANT["firstMessage"] not in say("Bonjour !")


def test_tells_what_its_prompt_says(say):
    assert "Ouvert du mardi au samedi, de 7h à 19h30." in say("Quels sont vos horaires ?")
    assert "1,20 €" in say("Combien coûte une baguette ?")


def test_hears_the_beginning_of_an_endless_message_alone(say):
    assert "Ouvert" not in say(f"{'a ' * 500}Quels sont vos horaires ?")


def test_takes_an_order_step_by_step(say):
    assert "désirez" in say("Je voudrais passer une commande")
    assert "Quel jour" in say("Une tarte aux pommes")
    assert "À quel nom" in say("Jeudi à 14 h")
    assert "À quel numéro" in say("Durand")
    assert "«\u00a0Une tarte aux pommes\u00a0», pour jeudi à 14 h" in say("06 39 98 12 34")
    assert "C’est noté" in say("oui")


def test_goodbye_ends_the_chat_with_the_tool_that_hangs_up(vapi, assistant):
    ask = {"assistantId": assistant["id"], "input": "Je voudrais passer une commande"}
    first = vapi("POST", "/chat", ask).json()
    assert "tool_calls" not in first["output"][0]
    last = vapi("POST", "/chat", {"previousChatId": first["id"], "input": "Au revoir"}).json()
    assert holds("vapi", "Chat", last)
    assert [each["function"]["name"] for each in last["output"][0]["tool_calls"]] == ["endCall"]


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
    first = vapi("POST", "/chat", {"assistantId": assistant["id"], "input": "Deux tartes à commander"}).json()
    second = vapi(
        "POST",
        "/chat",
        {"previousChatId": first["id"], "input": [{"role": "user", "content": "Deux tartes pour lundi"}]},
    )
    assert "vers quelle heure" in second.json()["output"][0]["content"]


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
