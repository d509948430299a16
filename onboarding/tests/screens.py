"""Screens of the set-up: empty, invalid, under way, refused, done, put off."""

import uuid
from typing import Any

from assistants.models import Line
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import AssistantFactory
from connections.enums import NumberState
from connections.tests.factories import TwilioConnectionFactory, VapiConnectionFactory
from core.tests.browser import press
from onboarding.services import mark_done
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory

Row = tuple[str, str, str, Any]  # name, path, user, and what is done on the page


def arrivals() -> dict[str, Any]:
    """More users with an open set-up: nearly finished, in the sandbox, half finished, and with refused accounts."""
    return {"arrived": _arrived(), "trying": _trying(), "halfway": _halfway(), "stuck": _stuck()}


def _owner_of(slug: str) -> Any:
    membership = MembershipFactory(
        organization__slug=slug,
        organization__name="Maison Perrin",
        organization__setup_completed_at=None,
        role=Role.OWNER,
        user__email=f"{slug}@example.com",
        user__name="Claire Perrin",
    )
    mark_done(membership.organization, "welcome")
    return membership


def _arrived() -> Any:
    membership = _owner_of("arrived")
    own = {"organization": membership.organization}
    VapiConnectionFactory(**own)
    TwilioConnectionFactory(**own, number_state=NumberState.IN_STEP, vapi_number_id=str(uuid.uuid4()))
    AssistantFactory(**own, name="Léa", answers_calls=True)
    Line.objects.create(**own, sync_state=SyncState.IN_STEP)
    return membership.user


def _trying() -> Any:
    membership = _owner_of("trying")
    own = {"organization": membership.organization}
    VapiConnectionFactory(**own, region="sandbox")
    TwilioConnectionFactory(
        **own, endpoint="sandbox", number_state=NumberState.IN_STEP, vapi_number_id=str(uuid.uuid4())
    )
    AssistantFactory(**own, name="Léa", answers_calls=True)
    Line.objects.create(**own, sync_state=SyncState.IN_STEP)
    return membership.user


def _halfway() -> Any:
    membership = _owner_of("halfway")
    own = {"organization": membership.organization}
    VapiConnectionFactory(**own)
    TwilioConnectionFactory(**own, is_trial=True, former_target="studio.twilio.com")
    AssistantFactory(**own, name="נועה", language="he", voice="he-hila", answers_calls=True, waiting=True)
    return membership.user


def _stuck() -> Any:
    membership = _owner_of("stuck")
    own = {"organization": membership.organization}
    at = membership.created_at
    VapiConnectionFactory(**own, state="failing", problem="vapi_key", failing_since=at)
    TwilioConnectionFactory(
        **own, number_state=NumberState.OUT_OF_STEP, number_problem="number_taken", former_target=""
    )
    AssistantFactory(
        **own, name="Léa", sync_state=SyncState.OUT_OF_STEP, sync_problem="vapi_no_credit", answers_calls=True
    )
    return membership.user


def press_the_first_button(page: Any) -> None:
    page.locator("main .button--primary").click()
    page.wait_for_selector("[aria-invalid=true]")


def be_refused_by_vapi(page: Any) -> None:
    page.locator("input[value=sandbox]").check()
    page.fill("input[name=private_key]", "vapi-wrong-key-0000")
    press_the_first_button(page)


def be_refused_by_twilio(page: Any) -> None:
    page.fill("input[name=phone_number]", "+33939035509")
    press_the_first_button(page)


def empty_the_first_message(page: Any) -> None:
    page.fill("[name=first_message]", "")
    press_the_first_button(page)


def save_over_a_version_not_seen(page: Any) -> None:
    page.fill("[name=name]", "Camille")
    page.locator("[name=seen]").evaluate("input => { input.value = ''; }")
    press(page.locator("main .button--primary"))


def unfold(page: Any) -> None:
    closed = page.locator("main details:not([open]) > summary")
    while closed.count():
        closed.first.click()


def ask_for_the_numbers(page: Any) -> None:
    page.locator("#twilio-number button").click()
    page.wait_for_selector("#twilio-number input[type=radio]")


def ring_no_number(page: Any) -> None:
    unfold(page)
    page.locator("main details button").click()
    page.wait_for_selector("[aria-invalid=true]")


ROWS: list[Row] = [
    ("onboarding-welcome-proposed", "/onboarding/welcome", "newcomer", unfold),
    ("onboarding-wrong", "/onboarding/welcome", "newcomer", press_the_first_button),
    ("onboarding-vapi-trial", "/onboarding/vapi", "trying", None),
    ("onboarding-twilio-trial", "/onboarding/twilio", "trying", None),
    ("onboarding-twilio-numbers", "/onboarding/twilio?sandbox=1", "newcomer", ask_for_the_numbers),
    ("onboarding-assistant-trial", "/onboarding/assistant", "trying", None),
    ("onboarding-vapi", "/onboarding/vapi", "newcomer", unfold),
    ("onboarding-vapi-sandbox", "/onboarding/vapi?sandbox=1", "newcomer", None),
    ("onboarding-vapi-empty", "/onboarding/vapi", "newcomer", press_the_first_button),
    ("onboarding-vapi-refused", "/onboarding/vapi", "newcomer", be_refused_by_vapi),
    ("onboarding-vapi-done", "/onboarding/vapi", "arrived", None),
    ("onboarding-vapi-replace", "/onboarding/vapi?replace=1", "arrived", None),
    ("onboarding-vapi-failing", "/onboarding/vapi", "stuck", None),
    ("onboarding-twilio", "/onboarding/twilio", "newcomer", unfold),
    ("onboarding-twilio-empty", "/onboarding/twilio", "newcomer", press_the_first_button),
    ("onboarding-twilio-refused", "/onboarding/twilio?sandbox=1", "newcomer", be_refused_by_twilio),
    ("onboarding-twilio-done", "/onboarding/twilio", "arrived", unfold),
    ("onboarding-twilio-ring", "/onboarding/twilio", "arrived", ring_no_number),
    ("onboarding-twilio-replace", "/onboarding/twilio?replace=1", "arrived", None),
    ("onboarding-twilio-pending", "/onboarding/twilio", "halfway", None),
    ("onboarding-twilio-taken", "/onboarding/twilio", "stuck", None),
    ("onboarding-trades", "/onboarding/assistant", "newcomer", None),
    ("onboarding-assistant", "/onboarding/assistant?persona=medical", "newcomer", unfold),
    (
        "onboarding-assistant-wrong",
        "/onboarding/assistant?persona=medical",
        "newcomer",
        empty_the_first_message,
    ),
    ("onboarding-assistant-done", "/onboarding/assistant", "arrived", None),
    ("onboarding-assistant-change", "/onboarding/assistant?change=1", "arrived", None),
    (
        "onboarding-assistant-conflict",
        "/onboarding/assistant?change=1",
        "arrived",
        save_over_a_version_not_seen,
    ),
    ("onboarding-assistant-pending", "/onboarding/assistant", "halfway", None),
    ("onboarding-assistant-refused", "/onboarding/assistant", "stuck", None),
]
