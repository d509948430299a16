"""The state table of the line: what is known → cause, condition, sentence, button."""

import itertools
from typing import Any

import pytest
from django.utils.html import strip_tags
from django.utils.translation import override

from assistants.line.causes import CAUSES
from assistants.line.parts import Condition, Part
from assistants.line.state import LineState, line_state_of
from assistants.tests.lines import ACCOUNTS, ASSISTANTS, FINE, LINES, NUMBERS, facts_of, member_of
from organizations.permissions import Role

BROKEN, WAITING, IS_FINE = Condition.BROKEN, Condition.WAITING, Condition.FINE
NOBODY = "Nobody answers your number any more."
ANSWERS = "Léa answers +33 9 39 03 55 01."

# What differs from a line on which all is fine → cause, condition, headline, label of the button.
TABLE: list[tuple[dict[str, Any], str, Condition, str, str]] = [
    ({}, "answers", IS_FINE, ANSWERS, ""),
    ({"sandbox": True}, "answers", IS_FINE, "Léa answers simulated calls.", ""),
    ({"vapi": "none"}, "no_vapi", WAITING, "Your line is not open yet.", "Connect Vapi"),
    ({"vapi": "refused"}, "vapi", BROKEN, "Vapi refused this key.", "Replace the key"),
    ({"vapi": "down"}, "vapi", BROKEN, "Vapi does not answer.", "Check again"),
    (
        {"vapi": "unpaid"},
        "vapi",
        BROKEN,
        "Your Vapi account has no credit left, or no card.",
        "Check again",
    ),
    ({"twilio": "none"}, "no_twilio", WAITING, "Your line is not open yet.", "Connect Twilio"),
    (
        {"twilio": "refused"},
        "twilio",
        BROKEN,
        "Twilio refused the Account SID, the Auth Token or the API key.",
        "Replace the login",
    ),
    ({"twilio": "down"}, "twilio", BROKEN, "Twilio does not answer.", "Check again"),
    ({"number": "gone"}, "number", BROKEN, NOBODY, "Hand the number to Vapi again"),
    ({"number": "pending"}, "import", WAITING, "Your number +33 9 39 03 55 01 is being set up.", ""),
    ({"number": "retried"}, "import", WAITING, "Your number +33 9 39 03 55 01 is being set up.", ""),
    ({"assistant": "none"}, "no_assistant", WAITING, "Your line is not open yet.", "Create your assistant"),
    ({"assistant": "silent"}, "none_answers", BROKEN, NOBODY, "Choose who answers"),
    ({"assistant": "lost"}, "lost", BROKEN, NOBODY, "Create her again"),
    ({"line": "refused"}, "line", BROKEN, "Léa cannot answer your number.", "Send again"),
    (
        {"assistant": "never_voiced", "line": "pending"},
        "no_voice",
        BROKEN,
        "Léa cannot answer your number.",
        "Choose a voice",
    ),
    (
        {"assistant": "never_sent", "line": "pending"},
        "not_sent",
        BROKEN,
        "Léa cannot answer your number.",
        "Send again",
    ),
    (
        {"assistant": "new", "line": "pending"},
        "first_time",
        WAITING,
        "In a moment, Léa answers your number.",
        "",
    ),
    ({"line": "pending"}, "first_time", WAITING, "In a moment, Léa answers your number.", ""),
    ({"line": "none"}, "first_time", WAITING, "In a moment, Léa answers your number.", ""),
    ({"assistant": "voiceless"}, "old_voice", IS_FINE, ANSWERS, "Choose a voice"),
    ({"assistant": "changed"}, "changed", IS_FINE, ANSWERS, "Compare the versions"),
    ({"assistant": "refused"}, "changes_not_sent", IS_FINE, ANSWERS, "Send again"),
    ({"assistant": "edited"}, "update", IS_FINE, ANSWERS, ""),
]
COMBINATIONS = [
    dict(zip((*FINE, "sandbox"), values, strict=True))
    for values in itertools.product(ACCOUNTS, ACCOUNTS, NUMBERS, ASSISTANTS, LINES, (False, True))
]


def state_of(**keys: Any) -> LineState:
    return line_state_of(facts_of(**(FINE | keys)))


@pytest.mark.parametrize(
    ("keys", "cause", "condition", "headline", "label"), TABLE, ids=lambda each: str(each)
)
def test_state_is_told_as_the_table_says(keys, cause, condition, headline, label):
    with override("en"):
        state = state_of(**keys)
    assert (state.cause.key, state.condition) == (cause, condition)
    assert strip_tags(state.statement.headline) == headline
    assert (state.action.label if state.action else "") == label


def test_table_names_every_cause():
    assert {cause for _keys, cause, *_rest in TABLE} == {cause.key for cause in CAUSES}


def test_each_combination_has_one_cause_and_keeps_the_rules():
    """All that can exist; one test, since thousands of parameters cost more than what they check."""
    with override("en"):
        for keys in COMBINATIONS:
            check(state_of(**keys), keys)


def check(state: LineState, keys: dict[str, Any]) -> None:
    conditions = {part.part: part.condition for part in state.parts}
    assert state.is_fine == (set(conditions.values()) == {IS_FINE}), keys
    if state.condition == BROKEN:
        assert BROKEN in conditions.values(), keys
    assert state.statement.headline, keys
    assert not state.is_moving or state.action is None, keys
    assert state.is_moving or state.action or state.is_calm, keys
    text = strip_tags(f"{state.statement.headline} {state.statement.sentence}")
    assert text.startswith("Léa answers") == state.is_fine, keys
    assert "%(" not in text, keys
    assert "None" not in text, keys


def test_broken_bar_is_that_of_the_part_that_fails():
    assert state_of(vapi="refused").wave_modifiers == f"broken-{Part.VAPI}"
    assert state_of(number="gone").wave_modifiers == f"broken-{Part.NUMBER}"
    assert state_of(assistant="silent").wave_modifiers == f"broken-{Part.ASSISTANT}"
    assert state_of().wave_modifiers == ""


def test_mark_rings_only_while_a_task_is_on_its_way():
    for keys in COMBINATIONS:
        state = state_of(**keys)
        assert (state.wave == "ringing") <= state.is_moving, keys


@pytest.mark.parametrize("locale", ["fr", "he"])
def test_button_is_in_the_gender_of_the_voice(locale):
    """In French; one noun serves both in Hebrew."""
    keys: dict[str, Any] = FINE | {"assistant": "lost"}
    facts = facts_of(**keys)
    with override(locale):
        feminine = line_state_of(facts).action
        assert facts.assistant is not None
        facts.assistant.voice = "fr-henri"
        masculine = line_state_of(facts).action
    assert feminine is not None
    assert masculine is not None
    assert (feminine.label != masculine.label) == (locale == "fr")


@pytest.mark.parametrize("role", Role)
def test_button_leads_where_its_right_suffices(role):
    """The declared right of the route is the one that the button names; the pages' test opens them."""
    membership = member_of(role)
    for keys, *_rest in TABLE:
        action = state_of(**keys).action
        if action and membership.may(action.permission):
            assert action.url_for(membership.organization).startswith("/")


def test_key_alone_silences_nobody():
    with override("en"):
        assert "calls may still be answered" in state_of(vapi="refused").statement.sentence
        assert "go unanswered" in state_of(vapi="unpaid").statement.sentence
