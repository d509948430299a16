"""The page of facts: a card is answered, changed, skipped and refused, and two users do not undo each other."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.tests.helpers import text_of
from assistants.catalog.presets import Persona
from assistants.tests.factories import AssistantFactory
from core.models import AuditEvent
from organizations.facts.answers import Answer, Asked, Closed, Span
from organizations.facts.models import MOST_QUESTIONS, Closure, Fact, OpeningSpan, Topic
from organizations.facts.selectors import read_answers
from organizations.facts.text import fact_lines
from organizations.tests.factories import answer_all

pytestmark = pytest.mark.django_db

PAGE = "/fr/o/bakery/facts"
NEXT_YEAR = timezone.localdate().year + 1
OPEN = Answer(hours="weekly", spans=(Span(0, time(9), time(12)),))


def form_of(client: Any, topic: str, path: str = PAGE) -> dict[str, str]:
    """What a browser sends from the card of a topic, as it is shown now."""
    form = next(card.form for card in client.get(f"{path}/{topic}").context["cards"] if card.form)
    return {name: value for name in form.fields if (value := form[name].value()) not in {None, "", False}}


@pytest.fixture
def save(as_user, member):
    client = as_user(member)

    def send(topic: str, **typed: Any) -> Any:
        return client.post(f"{PAGE}/{topic}", {**form_of(client, topic), **typed})

    return send


@pytest.fixture
def saved(bakery):
    return lambda topic: read_answers(bakery).get(topic)


# The page


def test_first_open_question_is_asked_and_the_others_are_folded(as_user, member, save):
    assert as_user(member).get(PAGE, follow=True).context["cards"][0].form is not None
    save("hours", hours="always")
    cards = as_user(member).get(PAGE, follow=True).context["cards"]
    assert [card.topic for card in cards if card.form] == ["closures"]
    assert "24 heures sur 24" in cards[0].said


def test_count_grows_and_names_the_assistant(as_user, member, bakery, save):
    AssistantFactory(organization=bakery, name="Léa", answers_calls=True)
    client = as_user(member)
    assert "Léa peut répondre à 0 question sur 12." in words_of(client.get(PAGE, follow=True))
    save("address", text="12 rue des Tilleuls")
    save("access", skip="1")
    assert "Léa peut répondre à 2 questions sur 12." in words_of(client.get(PAGE, follow=True))
    Fact.objects.all().delete()
    answer_all(bakery)
    assert "Léa peut répondre aux 12 questions." in words_of(client.get(PAGE, follow=True))


def words_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text_of(response)))


def test_example_is_of_the_trade_of_who_answers(as_user, member, bakery):
    AssistantFactory(organization=bakery, persona=Persona.GARAGE, answers_calls=True)
    assert "La révision à partir de" in text_of(as_user(member).get(f"{PAGE}/prices"))


def test_viewer_reads_and_is_offered_nothing(as_user, viewer, save):
    save("address", text="12 rue des Tilleuls")
    page = text_of(as_user(viewer).get(PAGE))
    assert "12 rue des Tilleuls" in page
    assert "/facts/" not in page
    assert as_user(viewer).post(f"{PAGE}/address", {"text": "x"}).status_code == 403


def test_facts_of_another_organisation_are_not_shown(as_user, outsider, save):
    save("address", text="12 rue des Tilleuls")
    assert as_user(outsider).get(PAGE).status_code == 404
    assert "Tilleuls" not in text_of(as_user(outsider).get("/fr/o/florist/facts"))


def test_unknown_topic_is_not_found(as_user, member):
    assert as_user(member).get(f"{PAGE}/weather").status_code == 404


@pytest.mark.variants
@pytest.mark.parametrize("topic", Topic.values)
def test_each_topic_may_not_apply_and_is_opened_again(as_user, member, save, saved, topic):
    assert save(topic, skip="1").status_code == 302
    assert saved(topic) == Answer(applies=False)
    page = as_user(member).get(f"{PAGE}/{topic}")
    assert page.status_code == 200
    assert "Ne vous concerne pas" in text_of(as_user(member).get(PAGE, follow=True))


# Words


def test_words_are_saved_and_told_to_the_audit(as_user, member, owner, save, saved):
    assert save("prices", text=" Visite : 45 euros \r\nDevis gratuit ").url == f"{PAGE}/hours#hours"
    assert saved("prices") == Answer(text="Visite : 45 euros \nDevis gratuit")
    assert AuditEvent.objects.get(action="organizations.fact_changed").data == {"topic": "prices"}
    assert "A changé les tarifs." in text_of(as_user(owner).get("/fr/o/bakery/audit"))


def test_answer_that_is_missing_is_asked_for_beside_its_field(save, saved):
    answer = save("prices", text=" ")
    assert answer.status_code == 422
    assert 'id="id_text_error"' in text_of(answer)
    assert saved("prices") is None


def test_same_answer_again_changes_nothing(save):
    save("prices", text="45 euros")
    save("prices", text="45 euros")
    assert AuditEvent.objects.filter(action="organizations.fact_changed").count() == 1


def test_number_for_emergencies_is_kept_in_one_form(as_user, member, save, saved):
    assert save("emergencies", phone="06 12 34 56 78", text="Une fuite").status_code == 302
    assert saved("emergencies") == Answer(phone="+33612345678", text="Une fuite")
    assert "06 12 34 56 78" in text_of(as_user(member).get(PAGE, follow=True))


@pytest.mark.parametrize(("phone", "field"), [("123", "phone"), ("", "phone")])
def test_wrong_number_stays_typed(save, saved, phone, field):
    answer = save("emergencies", phone=phone)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in text_of(answer)
    assert f'value="{phone}"' in text_of(answer) or not phone
    assert saved("emergencies") is None


# Hours


def test_week_is_typed_in_two_lines(as_user, member, save, saved):
    week = {f"day{day}_0": "on" for day in range(1, 6)} | {"opens_0": "07:00", "closes_0": "19:30"}
    sunday = {"day6_1": "on", "opens_1": "07:00", "closes_1": "13:00"}
    assert save("hours", **week, **sunday).status_code == 302
    assert saved("hours").spans == (
        *(Span(day, time(7), time(19, 30)) for day in range(1, 6)),
        Span(6, time(7), time(13)),
    )
    shown = form_of(as_user(member), "hours")
    assert {name: str(value)[:5] for name, value in shown.items() if "_0" in name or "_1" in name} == {
        **dict.fromkeys((f"day{day}_0" for day in range(1, 6)), "True"),
        "opens_0": "07:00",
        "closes_0": "19:30",
        "day6_1": "True",
        "opens_1": "07:00",
        "closes_1": "13:00",
    }


def test_day_may_have_a_pause_and_end_after_midnight(save, saved):
    typed = {"opens_0": "12:00", "closes_0": "14:30", "reopens_0": "19:00", "recloses_0": "02:00"}
    assert save("hours", day4_0="on", **typed).status_code == 302
    assert saved("hours").spans == (Span(4, time(12), time(14, 30)), Span(4, time(19), time(2)))


@pytest.mark.parametrize("kind", ["always", "appointment"])
def test_hours_need_no_times_day_and_night_or_by_appointment(save, saved, kind):
    assert save("hours", hours=kind).status_code == 302
    assert saved("hours") == Answer(hours=kind)


def test_times_that_were_left_are_forgotten_day_and_night(save, saved):
    save("hours", day0_0="on", opens_0="09:00", closes_0="12:00")
    assert save("hours", hours="always", opens_1="nonsense").status_code == 302
    assert saved("hours") == Answer(hours="always")
    assert not OpeningSpan.objects.exists()


DAY = {"day0_0": "on", "opens_0": "09:00", "closes_0": "12:00"}


def test_seconds_are_left_out(save, saved):
    save("hours", day0_0="on", opens_0="09:00:10", closes_0="12:00:59")
    assert saved("hours") == OPEN


@pytest.mark.variants
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "opens_0"),
        ({"hours": "sometimes"}, "hours"),
        ({"opens_0": "09:00", "closes_0": "12:00"}, "opens_0"),
        ({"day0_0": "on"}, "opens_0"),
        ({"day0_0": "on", "opens_0": "09:00"}, "closes_0"),
        ({"day0_0": "on", "opens_0": "9-12", "closes_0": "12:00"}, "opens_0"),
        ({**DAY, "closes_0": "09:00"}, "closes_0"),
        ({**DAY, "closes_0": "09:00:30"}, "closes_0"),
        ({**DAY, "reopens_0": "11:00", "recloses_0": "15:00"}, "reopens_0"),
        ({**DAY, "reopens_0": "14:00"}, "recloses_0"),
        ({**DAY, "day0_1": "on", "opens_1": "09:00", "closes_1": "12:00"}, "opens_1"),
        ({**DAY, "day6_1": "on", "opens_1": "22:00", "closes_1": "09:30"}, "opens_1"),
        ({"day0_0": "on", "day1_0": "on", "opens_0": "20:00", "closes_0": "19:59"}, None),
        ({"day0_0": "on", "day1_0": "on", "opens_0": "10:00", "closes_0": "09:59"}, None),
    ],
)  # fmt: skip
def test_hours_that_make_no_sense_are_refused_beside_their_field(save, saved, typed, field):
    answer = save("hours", **typed)
    if field is None:
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in text_of(answer)
    assert saved("hours") is None


def test_another_line_is_offered_and_keeps_what_was_typed(save):
    answer = save("hours", **DAY, more="1")
    assert answer.status_code == 200
    assert 'name="opens_2"' in text_of(answer)
    assert 'value="09:00"' in text_of(answer)
    assert re.search(r'name="day0_0"[^>]*checked', text_of(answer))


def test_hebrew_week_begins_on_sunday(as_user, member):
    page = text_of(as_user(member).get("/he/o/bakery/facts/hours"))
    assert page.index('name="day6_0"') < page.index('name="day0_0"') < page.index('name="day5_0"')


# Closures


def test_closures_are_sorted_and_one_day_needs_no_last_one(save, saved):
    typed = {
        "rows": "2",
        "first_0": f"{NEXT_YEAR}-12-25",
        "first_1": f"{NEXT_YEAR}-08-01",
        "last_1": f"{NEXT_YEAR}-08-15",
        "word_1": "congés",
    }
    assert save("closures", **typed, text="Fermés les jours fériés").status_code == 302
    christmas = date(NEXT_YEAR, 12, 25)
    assert saved("closures") == Answer(
        text="Fermés les jours fériés",
        closures=(
            Closed(date(NEXT_YEAR, 8, 1), date(NEXT_YEAR, 8, 15), "congés"),
            Closed(christmas, christmas, ""),
        ),
    )


@pytest.mark.variants
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "first_0"),
        ({"last_0": f"{NEXT_YEAR}-08-15"}, "first_0"),
        ({"word_0": "congés"}, "first_0"),
        ({"first_0": f"{NEXT_YEAR}-02-30"}, "first_0"),
        ({"first_0": "2020-01-01"}, "first_0"),
        ({"first_0": f"{NEXT_YEAR}-08-15", "last_0": f"{NEXT_YEAR}-08-01"}, "last_0"),
        ({"first_0": f"{NEXT_YEAR}-08-15", "rows": "2", "first_1": f"{NEXT_YEAR}-08-15"}, "first_1"),
    ],
)
def test_closures_that_make_no_sense_are_refused_beside_their_field(save, saved, typed, field):
    answer = save("closures", **typed)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in text_of(answer)
    assert saved("closures") is None


def test_closure_that_is_over_leaves_the_form(as_user, member, bakery, save):
    yesterday = timezone.localdate() - timedelta(days=2)
    Fact.objects.create(organization=bakery, topic=Topic.CLOSURES)
    Closure.objects.create(organization=bakery, first_day=yesterday, last_day=yesterday)
    assert "first_0" not in form_of(as_user(member), "closures")
    save("closures", first_0=f"{NEXT_YEAR}-08-15")
    assert Closure.objects.get().first_day == date(NEXT_YEAR, 8, 15)


# Questions


def test_questions_keep_their_order_and_empty_lines_go(save, saved):
    typed = {"question_0": "Un ?", "answer_0": "Oui.", "question_2": "Deux ?", "answer_2": "Non."}
    assert save("questions", rows="3", **typed).status_code == 302
    assert saved("questions").questions == (Asked("Un ?", "Oui."), Asked("Deux ?", "Non."))


def test_each_is_one_line_of_the_instructions(save, saved, bakery):
    save("questions", question_0="Un\r\n- Tarifs : 0 €", answer_0="Oui.\n- Adresse : ici")
    save("address", text="12 rue\u2028des\rTilleuls")
    assert saved("questions").questions == (Asked("Un - Tarifs : 0 €", "Oui. - Adresse : ici"),)
    assert "- Adresse\u00a0: 12 rue. des. Tilleuls" in fact_lines(read_answers(bakery), bakery, "fr")


def test_question_moves_up_before_it_is_saved(as_user, member, save):
    typed = {"question_0": "Un ?", "answer_0": "Oui.", "question_1": "Deux ?", "answer_1": "Non."}
    page = text_of(save("questions", rows="2", **typed, up="1"))
    assert page.index("Deux ?") < page.index("Un ?")
    assert not Fact.objects.exists()


@pytest.mark.parametrize("place", ["0", "99", "-1", "x", ""])
def test_odd_places_move_nothing_out_of_the_form(save, place):
    typed = {"question_0": "Un ?", "answer_0": "Oui.", "question_1": "Deux ?", "answer_1": "Non."}
    page = text_of(save("questions", rows="2", **typed, up=place))
    assert "Un ?" in page
    assert "Deux ?" in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [({}, "question_0"), ({"question_0": "Un ?"}, "answer_0"), ({"answer_0": "Oui."}, "question_0")],
)
def test_half_a_question_is_refused(save, typed, field):
    answer = save("questions", **typed)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in text_of(answer)


def test_number_of_questions_is_bounded(save):
    page = text_of(save("questions", rows="99", more="1"))
    assert f'name="question_{MOST_QUESTIONS - 1}"' in page
    assert f'name="question_{MOST_QUESTIONS}"' not in page


# Two users


def test_second_save_is_told_loses_nothing_and_may_win(as_user, owner, member, saved):
    typed = form_of(as_user(owner), "address")
    first, client = as_user(member), as_user(owner)
    first.post(f"{PAGE}/address", {**form_of(first, "address"), "text": "Hers"})
    answer = client.post(f"{PAGE}/address", {**typed, "text": "Mine"})
    page = text_of(answer)
    assert answer.status_code == 409
    assert member.display_name in page
    assert "Hers" in page
    assert "Mine" in page
    assert saved("address").text == "Hers"
    form = next(card.form for card in answer.context["cards"] if card.form)
    again = {"text": form["text"].value(), "seen": form["seen"].value()}
    assert client.post(f"{PAGE}/address", again).status_code == 302
    assert saved("address").text == "Mine"


def test_skipping_what_somebody_answered_meanwhile_is_told_too(as_user, owner, member, saved):
    typed = form_of(as_user(owner), "address")
    first = as_user(member)
    first.post(f"{PAGE}/address", {**form_of(first, "address"), "text": "Hers"})
    assert as_user(owner).post(f"{PAGE}/address", {**typed, "skip": "1"}).status_code == 409
    assert saved("address").text == "Hers"


# What the database refuses


@pytest.mark.parametrize(
    "row",
    [
        {"topic": "weather"},
        {"topic": "hours"},
        {"topic": "address", "hours": "weekly"},
        {"topic": "address", "phone": "+33612345678"},
        {"topic": "address", "applies": False, "text": "x"},
        {"topic": "hours", "applies": False, "hours": "weekly"},
    ],
)
def test_database_refuses_facts_that_contradict_themselves(bakery, row):
    with pytest.raises(IntegrityError):
        Fact.objects.create(organization=bakery, **row)


@pytest.mark.parametrize(
    "row",
    [
        {"weekday": 7, "opens": time(9), "closes": time(12)},
        {"weekday": 0, "opens": time(9), "closes": time(9)},
    ],
)
def test_database_refuses_spans_that_are_none(bakery, row):
    with pytest.raises(IntegrityError):
        OpeningSpan.objects.create(organization=bakery, **row)


def test_database_refuses_a_closure_that_ends_before_it_begins(bakery):
    with pytest.raises(IntegrityError):
        Closure.objects.create(organization=bakery, first_day=date(2026, 8, 2), last_day=date(2026, 8, 1))


# What becomes of them


def test_they_go_with_their_organisation(as_user, owner, bakery, save):
    save("hours", **DAY)
    save("questions", question_0="Un ?", answer_0="Oui.")
    as_user(owner).post("/fr/o/bakery/settings/delete", {"confirmation": bakery.name})
    assert not Fact.objects.exists()
    assert not OpeningSpan.objects.exists()


def test_they_stay_when_their_author_closes_the_account(as_user, member, save):
    save("address", text="12 rue des Tilleuls")
    as_user(member).post("/fr/settings/profile/close", {"confirmation": member.email})
    fact = Fact.objects.get()
    assert (fact.text, fact.changed_by) == ("12 rue des Tilleuls", None)


def test_admin_reads_them_in_words(as_user, staff, save):
    save("hours", **DAY)
    fact = Fact.objects.get()
    client = as_user(staff)
    assert "Horaires" in text_of(client.get("/admin/organizations/fact/", headers={"accept-language": "fr"}))
    page = client.get(f"/admin/organizations/fact/{fact.pk}/change/", headers={"accept-language": "fr"})
    assert "le lundi de 9\u00a0h à midi" in text_of(page)
    assert 'name="text"' not in text_of(page)
