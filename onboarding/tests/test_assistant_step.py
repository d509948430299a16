"""The step of the first assistant."""

import re

import pytest

from accounts.tests.helpers import text_of
from assistants.catalog.presets import Persona
from assistants.models import Assistant
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import AssistantFactory
from onboarding import steps
from onboarding.services import finish_welcome
from onboarding.steps import State
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory
from sandbox.trouble.switches import switch_off, switch_on

pytestmark = pytest.mark.django_db

STEP = "/fr/onboarding/assistant"
VAPI = "/fr/onboarding/vapi"


@pytest.fixture
def typed(browser):
    """The form as the page fills it for a restaurant."""
    form = browser.get(f"{STEP}?persona=restaurant").context["form"]
    return {name: str(form[name].value()) for name in form.fields}


def test_every_trade_is_one_click_away(browser):
    page = text_of(browser.get(STEP))
    for persona in Persona.values:
        assert f'href="?persona={persona}"' in page


def test_trade_fills_the_form_in_the_language_of_the_organisation(browser, ava):
    ava.locale = "he"
    ava.save()
    form = browser.get(f"{STEP}?persona=lawyer").context["form"]
    assert (form["persona"].value(), form["language"].value()) == ("lawyer", "he")
    assert form["first_message"].value()
    assert form["prompt"].value()


def test_another_language_is_another_text_with_voices_of_its_own(browser):
    page = browser.get(f"{STEP}?persona=medical&language=en")
    form = page.context["form"]
    assert form["language"].value() == "en"
    assert {key[:3] for key, _label in form.fields["voice"].choices} == {"en-"}


def test_trade_of_the_welcome_page_is_chosen_already_and_can_be_changed(browser, ava, newcomer):
    finish_welcome(actor=newcomer.memberships.get(), trade="lawyer")
    assert browser.get(STEP).context["form"]["persona"].value() == "lawyer"
    assert 'href="?persona=medical"' in text_of(browser.get(f"{STEP}?choose=1"))


@pytest.mark.parametrize(
    "query", ["?persona=baker", "?persona=", "?language=fr", "?persona=medical%00"], ids=str
)
def test_trade_that_does_not_exist_is_asked_for_again(browser, query):
    assert "?persona=medical" in text_of(browser.get(STEP + query))


def test_language_that_does_not_exist_gives_way_to_the_organisations(browser):
    assert browser.get(f"{STEP}?persona=medical&language=tlh").context["form"]["language"].value() == "fr"


def test_two_clicks_make_an_assistant_that_answers_the_number(browser, ava, typed):
    assert browser.post(STEP, typed).url == STEP
    made = Assistant.objects.get(organization=ava)
    assert (made.persona, made.language, made.answers_calls) == ("restaurant", "fr", True)
    assert steps.states_of(ava)["assistant"] == State.DONE


def test_progress_shows_until_vapi_knows_it_and_then_offers_the_chat(
    sandbox, browser, works, typed, run_tasks
):
    browser.post(VAPI, works)
    browser.post(STEP, typed)
    page = text_of(browser.get(STEP))
    assert "Création chez Vapi" in page
    assert f'hx-get="{STEP}"' in page
    assert 'id="chat"' not in page
    run_tasks()
    page = text_of(browser.get(STEP))
    assert "est prête" in page
    assert 'id="chat"' in page
    made = Assistant.objects.get()
    said = browser.post(f"/fr/o/ava/assistants/{made.id}/preview/chat", {"text": "Bonjour"})
    assert said.status_code == 200
    assert "turn--caller" in text_of(said)


def test_without_vapi_it_waits_and_the_page_asks_for_nothing(browser, typed, run_tasks):
    browser.post(STEP, typed)
    run_tasks()
    page = text_of(browser.get(STEP))
    assert "attend Vapi" in page
    assert f'hx-get="{STEP}"' not in page


def test_what_vapi_refused_is_explained_and_sent_again(sandbox, browser, works, typed, run_tasks):
    browser.post(VAPI, works)
    browser.post(STEP, typed)
    switch_on("vapi", "402")
    run_tasks(failures=True)
    page = text_of(browser.get(STEP))
    assert "plus de crédit" in page
    switch_off()
    assert browser.post(f"{STEP}/repair").url == STEP
    run_tasks(failures=True)
    assert Assistant.objects.get().sync_state == SyncState.IN_STEP


def test_there_is_nothing_to_send_again_before_one_is_made(browser):
    assert browser.post(f"{STEP}/repair").url == STEP


def test_form_sent_twice_makes_one(browser, typed):
    browser.post(STEP, typed)
    browser.post(STEP, typed)
    assert Assistant.objects.count() == 1


def test_going_back_shows_what_was_entered_and_changes_it(browser, typed):
    browser.post(STEP, typed)
    form = browser.get(f"{STEP}?change=1").context["form"]
    assert form["first_message"].value() == typed["first_message"]
    changed = typed | {"name": "Camille", "seen": form["seen"].value()}
    assert browser.post(f"{STEP}?change=1", changed).url == STEP
    assert Assistant.objects.get().name == "Camille"


def test_change_saved_meanwhile_by_another_user_is_not_overwritten(browser, typed):
    browser.post(STEP, typed)
    form = browser.get(f"{STEP}?change=1").context["form"]
    changed = typed | {"name": "Camille", "seen": form["seen"].value()}
    Assistant.objects.update(name="Claude", prompt="Meanwhile")
    answer = browser.post(f"{STEP}?change=1", changed)
    assert (answer.status_code, Assistant.objects.get().name) == (409, "Claude")
    form = answer.context["form"]
    assert (form["name"].value(), form["prompt"].value()) == ("Camille", "Meanwhile")
    again = {name: str(form[name].value() or "") for name in form.fields}
    assert browser.post(f"{STEP}?change=1", again).url == STEP
    assert Assistant.objects.get().name == "Camille"


def test_first_assistant_that_a_colleague_made_is_not_overwritten(browser, typed):
    browser.post(STEP, typed)
    assert browser.post(STEP, typed | {"name": "Mine"}).status_code == 409
    assert Assistant.objects.get().name == typed["name"]


WRONG = {
    "no name": {"name": ""},
    "name too long": {"name": "x" * 41},
    "no first message": {"first_message": "  "},
    "no instructions": {"prompt": ""},
    "voice of another language": {"voice": "he-hila"},
    "voice that does not exist": {"voice": "x"},
    "language that does not exist": {"language": "tlh"},
    "trade that does not exist": {"persona": "baker"},
}


@pytest.mark.variants
@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_invalid_value_is_reported_and_nothing_typed_is_lost(browser, typed, change):
    answer = browser.post(STEP, typed | change)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert change.keys() & form.errors.keys() or "voice" in form.errors
    assert {name: form[name].value() for name in typed} == typed | change
    assert not Assistant.objects.exists()
    page = text_of(answer)
    assert 'aria-invalid="true"' in page


def test_instructions_that_are_wrong_unfold(browser, typed):
    assert '<details class="help" open>' in text_of(browser.post(STEP, typed | {"prompt": ""}))


def test_markup_is_shown_as_text(browser, typed):
    browser.post(STEP, typed | {"name": "<b>Léa</b>", "first_message": "<script>alert(1)</script>"})
    page = text_of(browser.get(STEP)) + text_of(browser.get("/fr/onboarding/done"))
    assert "<script>alert" not in page
    assert "<b>Léa" not in page


def test_assistant_being_deleted_does_not_count(browser, ava):
    AssistantFactory(organization=ava, sync_state=SyncState.DELETING)
    assert steps.first_assistant(ava) is None
    assert "?persona=medical" in text_of(browser.get(STEP))


def test_assistants_of_others_do_not_count(browser, ava, bakery):
    AssistantFactory(organization=bakery)
    assert steps.states_of(ava)["assistant"] == State.OPEN


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
def test_weak_role_makes_none_here(as_user, ava, typed, role):
    client = as_user(MembershipFactory(organization=ava, role=role).user)
    assert client.post(STEP, typed).url == "/fr/dashboard"
    assert not Assistant.objects.exists()


@pytest.mark.variants
@pytest.mark.parametrize("reader", ["fr", "en", "he"])
@pytest.mark.parametrize("spoken", ["fr", "en", "he"])
def test_what_the_page_offers_can_be_sent_whatever_language_it_is_read_in(browser, ava, reader, spoken):
    path = f"/{reader}/onboarding/assistant?persona=medical&language={spoken}"
    page = text_of(browser.get(path))
    assert f'name="language" value="{spoken}"' in page
    offered = browser.get(path).context["form"].initial
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    typed = {name: offered[name] for name in ("name", "voice", "first_message", "prompt")}
    assert browser.post(path, {**typed, **dict(hidden)}).status_code == 302
    assert Assistant.objects.get(organization=ava).language == spoken
