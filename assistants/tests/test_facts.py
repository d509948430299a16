"""Facts of the organisation in what Vapi is sent: the words of each language, and when they are sent again."""

from datetime import date, time

import pytest

from assistants.models import FIRST_MESSAGE_LENGTH, PROMPT_LENGTH, Assistant
from assistants.problems import Reason
from assistants.sync import drift
from assistants.sync.mirrored import SyncState
from assistants.sync.payloads import added_instructions, build_instructions, build_payload, find_drift
from assistants.tests.factories import AssistantFactory, connect_to_vapi, typed_into
from connections.selectors import vapi_of
from connections.vapi.webhooks import webhook_server
from core.models import AuditEvent
from core.tests.contract import holds
from organizations.facts.answers import Answer, Asked, Closed, Span, digest_of
from organizations.facts.models import (
    ANSWER_LENGTH,
    MOST_CLOSURES,
    MOST_QUESTIONS,
    QUESTION_LENGTH,
    TEXT_LENGTH,
    WORD_LENGTH,
    Topic,
)
from organizations.facts.services import save_answer
from organizations.models import Organization

pytestmark = pytest.mark.django_db

PAGE = "/fr/o/bakery/facts"
VOICES = {"fr": "fr-denise", "en": "en-sonia", "he": "he-hila"}
WEEK = (*(Span(day, time(7), time(19, 30)) for day in range(1, 6)), Span(6, time(7), time(13)))
AWAY = (
    Closed(date(2027, 8, 1), date(2027, 8, 15), ""),
    Closed(date(2027, 12, 25), date(2027, 12, 25), "Noël"),
)
ANSWERS = {
    Topic.HOURS: Answer(hours="weekly", spans=WEEK),
    Topic.CLOSURES: Answer(closures=AWAY),
    Topic.ADDRESS: Answer(text="12 rue des Tilleuls\nLyon"),
    Topic.ACCESS: Answer(text="Métro Masséna."),
    Topic.PRICES: Answer(text="45 euros"),
    Topic.PAYMENT: Answer(text="Espèces"),
    Topic.BOOKING: Answer(text="Deux jours avant"),
    Topic.EMERGENCIES: Answer(phone="+33612345678", text="Fuite"),
    Topic.EXCLUSIONS: Answer(text="Livraisons"),
    Topic.TEAM: Answer(applies=False),
    Topic.CONTACT: Answer(text="example.com"),
    Topic.QUESTIONS: Answer(questions=(Asked("Des chiens ?", "Oui."), Asked("Du wifi ?", "Non."))),
}
LINES = {
    "fr": [
        "- Horaires\u00a0: du mardi au samedi de 7\u00a0h à 19\u00a0h\u00a030\u00a0; "
        "le dimanche de 7\u00a0h à 13\u00a0h\u00a0; fermé le lundi",
        "- Fermetures\u00a0: du 1er au 15 août 2027\u00a0; le 25 décembre 2027 (Noël)",
        "- Adresse\u00a0: 12 rue des Tilleuls. Lyon",
        "- Accès\u00a0: Métro Masséna.",
        "- Tarifs\u00a0: 45 euros",
        "- Moyens de paiement\u00a0: Espèces",
        "- Commandes et rendez-vous\u00a0: Deux jours avant",
        "- Urgences\u00a0: 06 12 34 56 78. Fuite",
        "- Ce que nous ne faisons pas\u00a0: Livraisons",
        "- Site et e-mail\u00a0: example.com",
        "- « Des chiens ? » Oui.",
        "- « Du wifi ? » Non.",
    ],
    "en": [
        "- Opening hours: Tuesday to Saturday from 7 am to 7.30 pm; Sunday from 7 am to 1 pm; closed on Monday",
        "- Closures: 1 to 15 August 2027; 25 December 2027 (Noël)",
        "- Address: 12 rue des Tilleuls. Lyon",
        "- Access: Métro Masséna.",
        "- Prices: 45 euros",
        "- Means of payment: Espèces",
        "- Orders and appointments: Deux jours avant",
        "- Emergencies: 06 12 34 56 78. Fuite",
        "- What we do not do: Livraisons",
        "- Website and e-mail: example.com",
        '- "Des chiens ?" Oui.',
        '- "Du wifi ?" Non.',
    ],
    "he": [
        "- שעות פתיחה: יום ראשון מ־7:00 עד 13:00; ימים שלישי עד שבת מ־7:00 עד 19:30; סגור ביום שני",
        "- סגור: מ־1 עד 15 באוגוסט 2027; 25 בדצמבר 2027 (Noël)",
        "- כתובת: 12 rue des Tilleuls. Lyon",
        "- דרכי הגעה: Métro Masséna.",
        "- מחירים: 45 euros",
        "- אמצעי תשלום: Espèces",
        "- הזמנות ותורים: Deux jours avant",
        "- מקרים דחופים: 06 12 34 56 78. Fuite",
        "- מה איננו עושים: Livraisons",
        "- אתר ומייל: example.com",
        "- „Des chiens ?” Oui.",
        "- „Du wifi ?” Non.",
    ],
}


@pytest.fixture
def answer(member):
    """Save answers as a member does."""

    def save(answers: dict[Topic, Answer]) -> None:
        membership = member.memberships.get()
        for topic, each in answers.items():
            save_answer(actor=membership, topic=topic, answer=each, seen=digest_of(None))

    return save


def speaking(language: str, bakery, **fields) -> Assistant:
    return AssistantFactory(organization=bakery, language=language, voice=VOICES[language], **fields)


def lines_of(assistant: Assistant) -> list[str]:
    return [line for line in added_instructions(assistant).split("\n") if line.startswith("- ")]


# The words


@pytest.mark.parametrize("language", LINES)
def test_each_assistant_is_told_in_its_own_language(as_user, member, bakery, answer, language):
    """Whatever language the reader saves them in."""
    answer(ANSWERS)
    assistant = speaking(language, bakery)
    as_user(member).get("/he/o/bakery/facts")
    assert lines_of(assistant) == LINES[language]


def settings_of(organization: Organization) -> dict[str, str]:
    names = ("name", "timezone", "locale", "transcript_days", "recording_days")
    return {name: str(getattr(organization, name)) for name in names}


@pytest.mark.parametrize("language", LINES)
def test_body_with_facts_is_one_that_vapi_takes(bakery, answer, language):
    answer(ANSWERS)
    body = build_payload(speaking(language, bakery), None)
    assert holds("vapi", "CreateAssistantDTO", body)
    assert "Boulangerie Martin" in body["model"]["messages"][0]["content"]


@pytest.mark.parametrize("language", LINES)
def test_date_is_told_in_the_time_of_the_organisation(bakery, language):
    bakery.timezone = "Asia/Jerusalem"
    text = added_instructions(speaking(language, bakery))
    assert '{{"now" | date: "%A %d %B %Y, %H:%M", "Asia/Jerusalem"}}' in text
    assert lines_of(speaking(language, bakery)) == []


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (Answer(hours="always"), "24 heures sur 24, tous les jours"),
        (Answer(hours="appointment"), "uniquement sur rendez-vous"),
        (
            Answer(hours="appointment", spans=(Span(0, time(9), time(12)), Span(1, time(9), time(12)))),
            "uniquement sur rendez-vous, le lundi et le mardi de 9\u00a0h à midi\u00a0; fermé du mercredi au dimanche",
        ),
        (
            Answer(hours="weekly", spans=tuple(Span(day, time(19), time(2)) for day in range(7))),
            "tous les jours de 19\u00a0h à 2\u00a0h le lendemain",
        ),
        (
            Answer(hours="weekly", spans=(Span(2, time(9), time(12)), Span(2, time(18), time(0)))),
            "le mercredi de 9\u00a0h à midi et de 18\u00a0h à minuit\u00a0; "
            "fermé le lundi et le mardi, du jeudi au dimanche",
        ),
        (
            Answer(hours="weekly", spans=tuple(Span(day, time(7), time(19)) for day in range(1, 6))),
            "du mardi au samedi de 7\u00a0h à 19\u00a0h\u00a0; fermé le lundi et le dimanche",
        ),
    ],
)
def test_hours_are_said_as_people_say_them(bakery, answer, hours, words):
    answer({Topic.HOURS: hours})
    assert lines_of(speaking("fr", bakery)) == [f"- Horaires\u00a0: {words}"]


def test_number_of_another_country_is_said_with_its_code(bakery, answer):
    answer({Topic.EMERGENCIES: Answer(phone="+972521234567")})
    assert lines_of(speaking("fr", bakery)) == ["- Urgences\u00a0: +972 52-123-4567"]


@pytest.mark.parametrize("typed", ["{{ customer.number }}", "{% assign x = 1 %}", "{{{now}}}", "{{%"])
def test_braces_that_users_type_are_no_variables(bakery, answer, typed):
    bakery.name = typed
    bakery.save()
    answer(
        {
            Topic.ADDRESS: Answer(text=typed),
            Topic.CLOSURES: Answer(closures=(Closed(date(2027, 1, 1), date(2027, 1, 1), typed),)),
            Topic.QUESTIONS: Answer(questions=(Asked(typed, typed),)),
        }
    )
    text = added_instructions(speaking("fr", bakery))
    assert (text.count("{{"), text.count("{%")) == (1, 0)


def test_longest_facts_are_no_longer_than_the_longest_instructions(bakery, answer):
    long: dict[Topic, Answer] = {
        topic: Answer(text="x" * TEXT_LENGTH) for topic in Topic if topic != Topic.HOURS
    }
    spans = tuple(Span(day, time(hour), time(hour, 59)) for day in range(7) for hour in (8 + day, 16, 20, 22))
    days = [date(2027, 1, day) for day in range(1, MOST_CLOSURES + 1)]
    long |= {
        Topic.HOURS: Answer(hours="weekly", spans=spans, text="x" * TEXT_LENGTH),
        Topic.CLOSURES: Answer(
            text="x" * TEXT_LENGTH, closures=tuple(Closed(day, day, "x" * WORD_LENGTH) for day in days)
        ),
        Topic.QUESTIONS: Answer(
            questions=(Asked("x" * QUESTION_LENGTH, "x" * ANSWER_LENGTH),) * MOST_QUESTIONS
        ),
    }
    answer(long)
    for language in VOICES:
        assert len(added_instructions(speaking(language, bakery))) < PROMPT_LENGTH
    assert FIRST_MESSAGE_LENGTH < PROMPT_LENGTH


# When they are sent


@pytest.fixture
def connected(bakery, vapi):
    connect_to_vapi(bakery)


def test_new_fact_reaches_every_copy_by_the_ordinary_sync(bakery, connected, vapi, run_tasks, answer):
    assistants = [speaking(language, bakery, waiting=True) for language in VOICES]
    for assistant in assistants:
        assistant.refresh_from_db()
    answer({Topic.PRICES: Answer(text="45 euros")})
    assert {each.sync_state for each in Assistant.objects.all()} == {SyncState.PENDING}
    run_tasks()
    prompts = [each["model"]["messages"][0]["content"] for each in vapi.assistants.values()]
    assert len(prompts) == 3
    assert all("45 euros" in prompt for prompt in prompts)
    assert {each.sync_state for each in Assistant.objects.all()} == {SyncState.IN_STEP}


def test_assistants_of_others_are_left_alone(bakery, outsider, answer):
    theirs = AssistantFactory(organization=outsider.memberships.get().organization)
    answer({Topic.PRICES: Answer(text="45 euros")})
    theirs.refresh_from_db()
    assert theirs.sync_state == SyncState.IN_STEP


def test_change_made_at_vapi_is_not_overwritten_before_a_user_has_chosen(bakery, answer):
    changed = speaking("fr", bakery, sync_state=SyncState.OUT_OF_STEP, sync_problem=Reason.CHANGED)
    leaving = speaking("fr", bakery, sync_state=SyncState.DELETING)
    answer({Topic.PRICES: Answer(text="45 euros")})
    for assistant in (changed, leaving):
        before = assistant.sync_state
        assistant.refresh_from_db()
        assert (assistant.sync_state, assistant.revision) == (before, 1)


def test_copy_with_facts_is_no_drift_and_one_without_them_is(bakery, connected, vapi, run_tasks, answer):
    assistant = speaking("fr", bakery, waiting=True)
    answer(ANSWERS)
    run_tasks()
    assistant.refresh_from_db()
    copy = vapi.assistants[assistant.vapi_id]
    server = webhook_server(vapi_of(bakery))
    assert find_drift(copy, assistant, server) == []
    drift.compare_assistant.call(str(assistant.id))
    assistant.refresh_from_db()
    assert assistant.sync_state == SyncState.IN_STEP
    copy["model"]["messages"][0]["content"] = copy["model"]["messages"][0]["content"].replace("45", "46")
    assert find_drift(copy, assistant, server) == ["prompt"]


@pytest.mark.parametrize(
    ("field", "value"), [("name", "Boulangerie Perrin"), ("timezone", "Asia/Jerusalem"), ("locale", "he")]
)
def test_what_the_text_is_made_of_is_sent_too(as_user, owner, bakery, field, value):
    assistant = speaking("fr", bakery)
    typed = settings_of(bakery) | {field: value}
    assert as_user(owner).post("/fr/o/bakery/settings", typed).status_code == 302
    assistant.refresh_from_db()
    assert assistant.sync_state == SyncState.PENDING


def test_settings_that_change_nothing_send_nothing(as_user, owner, bakery):
    assistant = speaking("fr", bakery)
    typed = settings_of(bakery)
    as_user(owner).post("/fr/o/bakery/settings", typed)
    assistant.refresh_from_db()
    assert assistant.sync_state == SyncState.IN_STEP


# The pages of an assistant


def test_instructions_are_folded_and_facts_are_counted(as_user, viewer, member, bakery, answer):
    assistant = speaking("fr", bakery, name="Léa")
    answer({Topic.PRICES: Answer(text="45 euros")})
    path = f"/fr/o/bakery/assistants/{assistant.id}"
    for page in (as_user(viewer).get(path), as_user(member).get(f"{path}/edit")):
        text = page.content.decode()
        assert "peut répondre à 1 question sur 12" in text
        assert 'href="/fr/o/bakery/facts"' in text
        assert "<details" in text
    assert "Complétez les lignes" not in text


def test_first_save_of_untouched_texts_changes_no_instructions(as_user, member, bakery):
    """A preset has the form in which a browser sends it back."""
    assistant = speaking("fr", bakery, name="Léa")
    as_user(member).post(f"/fr/o/bakery/assistants/{assistant.id}/edit", typed_into(assistant, name="Emma"))
    assert AuditEvent.objects.get(action="assistants.changed").data["fields"] == ["name"]


def test_instructions_come_before_what_is_added(bakery):
    assistant = speaking("fr", bakery, prompt="Soyez bref.")
    assert build_instructions(assistant) == f"Soyez bref.\n\n{added_instructions(assistant)}"
