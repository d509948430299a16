"""Chats with an assistant, with the sandbox and with a Vapi that fails."""

import re

import httpx2
import pytest

from assistants.models import Assistant
from assistants.preview.chat import Thread, Turn, read_thread, sign_thread
from assistants.tests.factories import AssistantFactory
from assistants.tests.preview_pages import bubbles, input_of, path_of, text_of, thread_of
from connections.models import VapiConnection

pytestmark = pytest.mark.django_db


def test_conversation_goes_on_turn_by_turn(as_user, owner, known):
    client = as_user(owner)
    page = text_of(client.get(path_of(known)))
    assert bubbles(page) == [known.first_message]
    for number, said in enumerate(("Bonjour, une table pour deux ?", "שלום, יש מקום מחר?"), start=1):
        answer = client.post(path_of(known, "/chat"), {"text": said, "thread": thread_of(page)})
        assert answer.status_code == 200
        page = text_of(answer)
        assert said in bubbles(page)
        assert len(bubbles(page)) == 1 + 2 * number
    assert len(read_thread(known, thread_of(page)).turns) == 4


def test_with_htmx_only_the_conversation_comes_back(as_user, owner, known):
    answer = as_user(owner).post(path_of(known, "/chat"), {"text": "Bonjour"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    page = text_of(answer)
    assert "<html" not in page
    assert bubbles(page)[0] == "Bonjour"
    assert len(bubbles(page)) == 2
    assert 'id="chat-foot" hx-swap-oob="outerHTML"' in page


def test_conversation_of_another_assistant_is_not_gone_on_with(as_user, owner, known, bakery):
    other = AssistantFactory(organization=bakery)
    stolen = sign_thread(other, Thread("chat-1", [Turn("assistant", "our secret")]))
    answer = as_user(owner).post(path_of(known, "/chat"), {"text": "Bonjour", "thread": stolen})
    assert "our secret" not in text_of(answer)


@pytest.mark.parametrize("sealed", ["", "x", "a:b:c", "é" * 300])
def test_conversation_without_a_signature_begins_anew(met, sealed):
    assert read_thread(met, sealed) == Thread()


@pytest.mark.variants
@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (httpx2.ReadTimeout("hangs"), "Vapi"),
        (httpx2.Response(200, text="<html>hello</html>"), "Vapi"),
        (httpx2.Response(200, json={"id": "x"}), "Vapi"),
        (429, "Vapi"),
        (402, "Billing"),
        (500, "Vapi"),
        (404, "Vapi"),
    ],
    ids=["hang", "html", "no-output", "429", "402", "500", "404"],
)
def test_failing_vapi_leaves_what_was_typed(as_user, owner, vapi, met, refusal, words):
    vapi.fail(refusal)
    answer = as_user(owner).post(path_of(met, "/chat"), {"text": "Bonjour l’équipe"})
    assert answer.status_code == 422
    page = text_of(answer)
    assert 'value="Bonjour l’équipe"' in page
    error = re.search(r'id="id_text_error">(.*?)</p>', page, re.DOTALL)
    assert error is not None
    assert words in error[1]
    assert len(bubbles(page)) == 1


@pytest.mark.parametrize("said", ["", "   ", "x" * 1001])
def test_nothing_and_too_much_are_not_sent(as_user, owner, vapi, met, said):
    assert as_user(owner).post(path_of(met, "/chat"), {"text": said}).status_code == 422
    assert vapi.requests == []


def test_what_vapi_does_not_know_cannot_be_talked_to(as_user, owner, vapi, connected, bakery):
    waiting = AssistantFactory(organization=bakery, waiting=True)
    answer = as_user(owner).post(path_of(waiting, "/chat"), {"text": "Bonjour"})
    assert "Vapi ne connaît pas encore" in text_of(answer)
    assert vapi.requests == []


def test_a_conversation_of_endless_answers_can_be_continued(as_user, owner, vapi, met):
    client, answers = as_user(owner), [{"role": "assistant", "content": "long " * 4000}] * 80
    thread = ""
    for _ in range(2):
        vapi.fail(httpx2.Response(201, json={"id": "chat-1", "output": answers}))
        answer = client.post(path_of(met, "/chat"), {"text": "Bonjour", "thread": thread})
        assert answer.status_code == 200
        thread = thread_of(text_of(answer))
    shown = bubbles(text_of(answer))
    assert len(shown) <= 41  # with the first message
    assert max(map(len, shown)) <= 4000


def said_to(client, assistant, *texts):
    """The page after these messages, each continuing the conversation."""
    page = text_of(client.get(path_of(assistant)))
    for text in texts:
        page = text_of(client.post(path_of(assistant, "/chat"), {"text": text, "thread": thread_of(page)}))
    return page


ORDER = ("Un rendez-vous mardi à 15h au nom de Roy", "06 39 98 12 34")


def test_conversation_that_is_hung_up_stays_with_what_was_taken_down(as_user, owner, known):
    client = as_user(owner)
    data = {"thread": thread_of(said_to(client, known, "Une table pour deux", *ORDER)), "hang_up": "1"}
    page = text_of(client.post(path_of(known, "/chat"), data))
    assert len(bubbles(page)) == 7
    assert "La conversation est terminée" in page
    assert "0 6 3 9 9 8 1 2 3 4" in page.partition("Ce qui a été noté")[2]
    assert 'name="text"' not in page
    data = {"thread": thread_of(page), "text": "Encore un mot"}
    page = text_of(client.post(path_of(known, "/chat"), data))
    assert "Encore un mot" not in page
    page = text_of(client.post(path_of(known, "/chat"), {"thread": thread_of(page), "restart": "1"}))
    assert bubbles(page) == [known.first_message]
    assert 'name="text"' in page


def test_goodbye_ends_the_conversation(as_user, owner, known):
    page = said_to(as_user(owner), known, "Au revoir")
    assert "La conversation est terminée" in page
    assert 'name="text"' not in page
    assert read_thread(known, thread_of(page)).is_over


@pytest.mark.parametrize(
    ("turns", "taken"),
    [
        ([("caller", "06 39 98 12 34"), ("assistant", "Au 06.39.98.12.34 ?"), ("assistant", "Merci")], True),
        ([("caller", "06 39 98 12 34"), ("assistant", "Merci")], False),
        ([("assistant", "Le 15, ou le 06 39 98 12 34")], False),
        ([("caller", "à 15h30"), ("assistant", "15h30 ?")], False),
    ],
)
def test_what_was_taken_down_repeats_a_number_of_the_caller(turns, taken):
    thread = Thread("chat-1", [Turn(by, text) for by, text in turns])
    assert thread.read_back == ("Au 06.39.98.12.34 ?" if taken else "")


def test_question_after_what_was_taken_down_is_left_out():
    said = "Une table samedi, au 06 39 98 12 34. C’est bien ça ?"
    thread = Thread("chat-1", [Turn("caller", "06 39 98 12 34"), Turn("assistant", said)])
    assert thread.read_back == "Une table samedi, au 06 39 98 12 34."


@pytest.mark.parametrize(("voice", "words"), [("fr-denise", "elle comprend"), ("fr-henri", "il comprend")])
def test_trial_mode_says_that_the_conversation_is_played(as_user, owner, known, voice, words):
    Assistant.objects.update(voice=voice)
    page = text_of(as_user(owner).get(path_of(known)))
    assert "Conversation simulée" in page
    assert words in page


def test_real_account_says_nothing_of_the_kind(as_user, owner, met):
    VapiConnection.objects.update(region="us")
    assert "Conversation simulée" not in text_of(as_user(owner).get(path_of(met)))


def test_field_has_the_focus_after_an_error(as_user, owner, vapi, met):
    client = as_user(owner)
    assert "autofocus" not in text_of(client.get(path_of(met)))
    refused = text_of(client.post(path_of(met, "/chat"), {"text": ""}))
    assert "autofocus" in input_of(refused, "text")
    assert "#" not in "".join(
        re.findall(r'action="([^"]*)"', refused)
    )  # a fragment would take the focus away


@pytest.mark.slow
def test_too_much_talk_is_refused(as_user, owner, vapi, met, settings, monkeypatch):
    settings.AVA_RATE_LIMITS = True
    client = as_user(owner)
    vapi.fail(500, times=120)
    for _ in range(120):
        client.post(path_of(met, "/chat"), {"text": "Bonjour"}, headers={"HX-Request": "true"})
    before = len(vapi.requests)
    answer = client.post(path_of(met, "/chat"), {"text": "Bonjour"})
    assert "Trop de tentatives" in text_of(answer)
    assert len(vapi.requests) == before
