import pytest

from accounts.tests.helpers import dump, text_of
from core.models import AuditEvent
from onboarding import services, steps
from onboarding.models import StepDone
from onboarding.steps import State
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, OrganizationFactory

pytestmark = pytest.mark.django_db

WELCOME = "/fr/onboarding/welcome"
VAPI = "/fr/onboarding/vapi"
GOOD = {
    "trade": "restaurant",
    "name": "Boulangerie Ava",
    "timezone": "Asia/Jerusalem",
    "locale": "he",
    "real": "1",  # the button that leads to the guided steps
}


@pytest.fixture
def client(as_user, newcomer):
    return as_user(newcomer)


def test_welcome_shows_who_what_is_proposed_and_what_lies_ahead(client):
    page = text_of(client.get(WELCOME))
    for text in ("Test", "newcomer@example.com", "Ava", "Français", "Paris", "Vapi", "Twilio"):
        assert text in page
    assert 'name="person"' not in page


@pytest.mark.parametrize("step", ["welcome", "vapi", "twilio", "assistant"])
def test_every_step_shows_the_user_and_the_organisation(client, step):
    page = text_of(client.get(f"/fr/onboarding/{step}"))
    assert "<bdi>Ava</bdi> · <bdi>Test User</bdi>" in page


def test_set_up_goes_on_where_it_stopped(client, ava):
    assert client.get("/fr/onboarding").url == WELCOME
    assert client.get("/fr/home").url == WELCOME
    assert client.post(WELCOME, GOOD).url == VAPI
    assert client.get("/fr/home").url == "/fr/onboarding/vapi"
    assert client.get("/fr/onboarding").url == "/fr/onboarding/vapi"


def test_another_device_and_another_administrator_go_on_where_the_first_stopped(
    client, as_user, newcomer, ava
):
    colleague = MembershipFactory(organization=ava, role=Role.ADMIN).user
    client.post(WELCOME, GOOD)
    client.post("/fr/onboarding/vapi/later")
    for person in (newcomer, colleague):
        assert as_user(person).get("/fr/home").url == "/fr/onboarding/twilio"


def test_reading_the_steps_changes_nothing(client, ava):
    client.get(WELCOME)
    before = dump()
    client.get(WELCOME)
    client.get("/fr/onboarding")
    assert {name: rows for name, rows in dump().items() if name != "accounts_authsession"} == {
        name: rows for name, rows in before.items() if name != "accounts_authsession"
    }


def test_form_keeps_what_was_typed_and_writes_it_down(client, ava, newcomer):
    client.post(WELCOME, GOOD)
    ava.refresh_from_db()
    assert (ava.name, ava.timezone, ava.locale) == ("Boulangerie Ava", "Asia/Jerusalem", "he")
    event = AuditEvent.objects.get(action="organizations.changed")
    assert (event.actor_id, event.organization_id) == (newcomer.id, ava.id)
    assert set(event.data["fields"]) == {"name", "timezone", "locale"}


def test_step_done_twice_is_one_row(client, ava):
    client.post(WELCOME, GOOD)
    client.post(WELCOME, GOOD | {"trade": "lawyer"})
    assert services.trade_of(ava) == "lawyer"
    assert StepDone.objects.filter(organization=ava, step="welcome").count() == 1


BAD = {
    "no name": {"name": ""},
    "only spaces": {"name": "   \u00a0 "},
    "too long": {"name": "x" * 81},
    "NUL": {"name": "Ava\x00"},
    "right-to-left override": {"name": "Ava \u202eexe"},
    "unknown time zone": {"timezone": "Mars/Olympus"},
    "no time zone": {"timezone": ""},
    "NUL in the time zone": {"timezone": "Europe/Paris\x00"},
    "unknown language": {"locale": "tlh"},
}


@pytest.mark.variants
@pytest.mark.parametrize("change", BAD.values(), ids=BAD.keys())
def test_invalid_input_is_reported_and_nothing_typed_is_lost(client, ava, change):
    typed = GOOD | change
    response = client.post(WELCOME, typed)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in text_of(response)
    form = response.context["organization_form"]
    assert {name: form[name].value() for name in form.fields} == {name: typed[name] for name in form.fields}
    assert response.context["form"]["trade"].value() == "restaurant"
    assert '<details class="help" open>' in text_of(response)
    assert not StepDone.objects.exists()
    ava.refresh_from_db()
    assert ava.name == "Ava"


@pytest.mark.variants
@pytest.mark.parametrize(
    "name", ["Chez Léa & fils", "מאפיית אווה", "🥐", "L’Atelier", "x" * 80, "O'Brien <Bros>"]
)
def test_any_script_is_a_name(client, ava, name):
    assert client.post(WELCOME, GOOD | {"name": name}).status_code == 302
    ava.refresh_from_db()
    assert ava.name == name


def test_spaces_around_a_name_are_dropped(client, ava):
    client.post(WELCOME, GOOD | {"name": "  Boulangerie \n  Ava "})
    ava.refresh_from_db()
    assert ava.name == "Boulangerie Ava"


@pytest.mark.variants
@pytest.mark.parametrize("person", ["owner", "member", "viewer", "outsider", "staff"])
@pytest.mark.parametrize(
    "step",
    [
        "",
        "/welcome",
        "/organization",
        "/vapi",
        "/vapi/check",
        "/vapi/later",
        "/twilio",
        "/twilio/ring",
        "/twilio/number",
        "/assistant",
        "/done",
    ],
)
def test_users_with_nothing_to_set_up_are_sent_to_the_dashboard(as_user, request, person, step):
    client, path = as_user(request.getfixturevalue(person)), f"/fr/onboarding{step}"
    for response in (client.get(path), client.post(path, GOOD)):
        assert response.status_code in {302, 405}
        if response.status_code == 302:
            # A GET of a view that only takes a form leads to the step with the form, which redirects in turn.
            assert response.url in {"/fr/dashboard", path.rpartition("/")[0]}


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
def test_weak_role_does_not_run_the_set_up(as_user, ava, role):
    client = as_user(MembershipFactory(organization=ava, role=role).user)
    client.post(WELCOME, GOOD)
    ava.refresh_from_db()
    assert ava.name == "Ava"
    page = text_of(client.get("/fr/o/ava"))
    assert 'href="/fr/onboarding"' not in page


def test_administrator_runs_the_set_up_too(as_user, ava):
    client = as_user(MembershipFactory(organization=ava, role=Role.ADMIN).user)
    assert client.post(WELCOME, GOOD).status_code == 302


def test_only_what_is_behind_and_the_next_step_can_be_visited(ava):
    shown = shown_steps(ava, "welcome")
    assert shown["welcome"] == ("current", True)
    assert shown["vapi"] == ("open", False)
    services.mark_done(ava, "welcome")
    shown = shown_steps(ava, "vapi")
    assert shown["welcome"] == ("done", True)
    assert shown["vapi"] == ("current", True)
    assert shown["twilio"] == ("open", False)
    services.postpone_step(ava, "vapi")
    shown = shown_steps(ava, "twilio")
    assert shown["vapi"] == ("skipped", True)
    assert shown["assistant"] == ("open", False)


def shown_steps(organization, current):
    return {
        step.key: (step.state, bool(step.url))
        for step in steps.progress(steps.states_of(organization), current)
    }


def test_steps_of_one_organisation_are_not_those_of_another(ava):
    services.mark_done(ava, "welcome")
    assert set(steps.states_of(OrganizationFactory(setup_completed_at=None)).values()) == {State.OPEN}
