"""Questions that assistants could not answer: which are the same, and what becomes of them."""

import pytest

from assistants.models import Assistant
from assistants.tests.factories import AssistantFactory
from calls.models import Call
from calls.signals import calls_erasing
from desk.models import Asking, UnansweredQuestion
from desk.questions.normal_form import key_of
from desk.tests.factories import ask, tell
from organizations.facts.models import MOST_QUESTIONS, Question
from organizations.facts.selectors import read_answers

pytestmark = pytest.mark.django_db

URL = "/fr/o/bakery/desk/questions"
RYE = "Avez-vous du pain de seigle ?"


@pytest.fixture
def lea(bakery) -> Assistant:
    return AssistantFactory(organization=bakery, name="Léa")


def asked_by(bakery, assistant, *questions, **fields):
    return ask(bakery, assistant=assistant, unanswered=list(questions), **fields)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (RYE, "  avez vous du pain de SEIGLE"),
        ("Êtes-vous ouverts à Noël ?", "etes-vous ouverts a noel?"),
        ("האם אתם פתוחים?", "הַאִם אתם פתוחים"),
        ("Do you have parking?", "Do you have parking — ?!"),
    ],
)
def test_same_question_in_other_signs_is_the_same(one, other):
    assert key_of(one) == key_of(other) != ""


def test_question_without_a_letter_is_none(bakery, lea):
    asked_by(bakery, lea, "?!", " ")
    assert not UnansweredQuestion.objects.exists()


def test_question_is_counted_once_a_call_and_apart_for_each_assistant(as_user, viewer, bakery, lea):
    for _ in range(3):
        asked_by(bakery, lea, RYE, "avez-vous du pain de seigle")
    tell(Call.objects.earliest("created_at"))
    asked_by(bakery, AssistantFactory(organization=bakery, name="Emma"), RYE)
    found = UnansweredQuestion.objects.values_list("assistant__name", "times")
    assert dict(found) == {"Léa": 3, "Emma": 1}
    page = as_user(viewer).get(URL).content.decode()
    assert "posée 3 fois" in page
    assert "<form" not in page[page.index("<main") : page.index("</main>")]


def test_later_report_takes_back_what_was_not_asked(bakery, lea):
    call = asked_by(bakery, lea, RYE)
    other = asked_by(bakery, lea, RYE)
    tell(call, unanswered=["Livrez-vous ?"])
    assert dict(UnansweredQuestion.objects.values_list("text", "times")) == {RYE: 1, "Livrez-vous ?": 1}
    tell(other, unanswered=[])
    assert list(UnansweredQuestion.objects.values_list("text", flat=True)) == ["Livrez-vous ?"]


def test_test_calls_and_calls_of_no_assistant_teach_nothing(bakery, lea):
    asked_by(bakery, None, RYE)
    call = asked_by(bakery, lea, RYE)
    Call.objects.filter(pk=call.pk).update(is_test=True)
    tell(call)
    assert not UnansweredQuestion.objects.exists()


def test_answer_becomes_a_fact_and_is_sent_to_every_assistant(as_user, member, bakery, lea):
    emma = AssistantFactory(organization=bakery, name="Emma")
    for assistant in (lea, emma):
        asked_by(bakery, assistant, RYE)
    before = dict(Assistant.objects.values_list("pk", "revision"))
    question = UnansweredQuestion.objects.earliest("last_asked_at")
    url = f"{URL}/{question.id}/answer"
    client = as_user(member)
    wrong = client.post(url, {"question": RYE, "answer": " "})
    assert wrong.status_code == 422
    assert client.post(url, {"question": RYE, "answer": "Oui, le jeudi."}).status_code == 302
    assert client.post(url, {"question": RYE, "answer": "Non."}).status_code == 302
    assert list(Question.objects.values_list("question", "answer")) == [(RYE, "Oui, le jeudi.")]
    assert set(UnansweredQuestion.objects.values_list("state", flat=True)) == {"answered"}
    assert RYE not in client.get(URL).content.decode()
    assert all(each.revision > before[each.pk] for each in Assistant.objects.all())


def test_answers_beyond_what_assistants_can_learn_are_refused_in_words(as_user, member, bakery, lea):
    client = as_user(member)
    asked_by(bakery, lea, *(f"Question {number} ?" for number in range(10)))
    asked_by(bakery, lea, *(f"Question {number} ?" for number in range(10, MOST_QUESTIONS + 1)))
    answers = []
    for question in UnansweredQuestion.objects.all():
        data = {"question": question.text, "answer": "Oui."}
        answers.append(client.post(f"{URL}/{question.id}/answer", data))
    assert [answer.status_code for answer in answers] == [302] * MOST_QUESTIONS + [422]
    assert f"{MOST_QUESTIONS} questions" in answers[-1].content.decode()
    assert len(next(iter(read_answers(bakery).values())).questions) == MOST_QUESTIONS


def test_question_that_is_set_aside_stays_away(as_user, member, bakery, lea):
    asked_by(bakery, lea, RYE)
    question = UnansweredQuestion.objects.get()
    client = as_user(member)
    for _ in range(2):
        assert client.post(f"{URL}/{question.id}/dismissal").status_code == 302
    asked_by(bakery, lea, RYE)
    assert RYE not in client.get(URL).content.decode()
    assert UnansweredQuestion.objects.get().times == 2


@pytest.mark.parametrize("act", ["answer", "dismissal"])
def test_viewers_and_strangers_change_nothing(as_user, viewer, outsider, bakery, lea, act):
    asked_by(bakery, lea, RYE)
    question = UnansweredQuestion.objects.get()
    data = {"question": RYE, "answer": "Oui."}
    assert as_user(viewer).post(f"{URL}/{question.id}/{act}", data).status_code == 403
    strange = as_user(outsider).post(f"/fr/o/florist/desk/questions/{question.id}/{act}", data)
    assert strange.status_code in {302, 404}
    assert UnansweredQuestion.objects.get().state == "open"


def test_words_of_an_erased_call_go_and_a_dismissal_holds(as_user, member, bakery, lea):
    calls = [asked_by(bakery, lea, RYE, "Livrez-vous ?") for _ in range(2)]
    aside = UnansweredQuestion.objects.get(text=RYE)
    as_user(member).post(f"{URL}/{aside.id}/dismissal")
    calls_erasing.send(sender=Call, call_ids=[call.pk for call in calls])
    assert not Asking.objects.exists()
    assert list(UnansweredQuestion.objects.values_list("text", "state")) == [("", "dismissed")]
    asked_by(bakery, lea, RYE)
    assert list(UnansweredQuestion.objects.values_list("text", "state")) == [(RYE, "dismissed")]
