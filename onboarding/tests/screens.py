"""The guided steps as the screen matrix looks at them: empty, wrong, under way, refused, done, put off."""

import uuid
from typing import Any

from assistants.models import Line, SyncState
from assistants.tests.factories import AssistantFactory
from connections.enums import NumberState
from connections.tests.factories import TwilioConnectionFactory, VapiConnectionFactory
from core.tests.browser import press
from onboarding.steps import mark_done
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory

Row = tuple[str, str, str, Any]  # its name, path and person, and what is done there


def arrivals() -> dict[str, Any]:
    """Three more people on the way: nearly there, in the middle of it, and in trouble."""
    return {"arrived": _arrived(), "halfway": _halfway(), "stuck": _stuck()}


def _place(slug: str) -> Any:
    place = MembershipFactory(
        organization__slug=slug,
        organization__name="Maison Perrin",
        organization__setup_completed_at=None,
        role=Role.OWNER,
        user__email=f"{slug}@example.com",
        user__name="Claire Perrin",
    )
    for key in ("welcome", "organization"):
        mark_done(place.organization, key)
    return place


def _arrived() -> Any:
    place = _place("arrived")
    own = {"organization": place.organization}
    VapiConnectionFactory(**own)
    TwilioConnectionFactory(**own, number_state=NumberState.IN_STEP, vapi_number_id=str(uuid.uuid4()))
    AssistantFactory(**own, name="Léa", answers_calls=True)
    Line.objects.create(**own, sync_state=SyncState.IN_STEP)
    return place.user


def _halfway() -> Any:
    place = _place("halfway")
    own = {"organization": place.organization}
    VapiConnectionFactory(**own)
    TwilioConnectionFactory(**own, is_trial=True, former_target="studio.twilio.com")
    AssistantFactory(**own, name="נועה", language="he", voice="he-hila", answers_calls=True, waiting=True)
    return place.user


def _stuck() -> Any:
    place = _place("stuck")
    own = {"organization": place.organization}
    at = place.created_at
    VapiConnectionFactory(**own, state="failing", problem="vapi_key", failing_since=at)
    TwilioConnectionFactory(
        **own, number_state=NumberState.OUT_OF_STEP, number_problem="number_taken", former_target=""
    )
    AssistantFactory(
        **own, name="Léa", sync_state=SyncState.OUT_OF_STEP, sync_problem="vapi_no_credit", answers_calls=True
    )
    return place.user


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
    for summary in page.locator("main details:not([open]) > summary").all():
        summary.click()


def ring_nobody(page: Any) -> None:
    page.locator("main summary").click()
    page.locator("main details button").click()
    page.wait_for_selector("[aria-invalid=true]")


ROWS: list[Row] = [
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
    ("onboarding-twilio-ring", "/onboarding/twilio", "arrived", ring_nobody),
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
    ("onboarding-done", "/onboarding/done", "arrived", unfold),
    ("onboarding-done-missing", "/onboarding/done", "newcomer", None),
]
