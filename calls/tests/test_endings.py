"""Every reason that Vapi publishes has one cause, and every cause its words in three languages."""

import pytest
from django.conf import settings
from django.utils import translation

from assistants.models import Assistant
from calls.endings.causes import TWILIO_REASONS, Cause, find_cause, known_reasons, matching_causes
from calls.endings.explanations import explain
from calls.tests.factories import CallFactory

PUBLISHED = settings.BASE_DIR.parent / "shared" / "specs" / "ended_reasons.txt"
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def test_each_known_reason_has_exactly_one_cause():
    found = {reason: matching_causes(reason) for reason in known_reasons()}
    assert len(found) == 604 + len(TWILIO_REASONS)
    assert {reason: causes for reason, causes in found.items() if len(causes) != 1} == {}


def test_each_cause_has_a_reason():
    used = {find_cause(reason) for reason in known_reasons()}
    assert used == set(Cause) - {Cause.OTHER}


def test_every_published_reason_is_known():
    if not PUBLISHED.exists():
        pytest.skip("The providers' published values are not beside this checkout (../shared/specs).")
    assert set(PUBLISHED.read_text().split()) <= known_reasons()


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("customer-ended-call", Cause.CUSTOMER_ENDED),
        ("assistant-ended-call-after-message-spoken", Cause.ASSISTANT_ENDED),
        ("call.in-progress.error-providerfault-outbound-sip-403-forbidden", Cause.LINE_FAILED),
        ("call.in-progress.error-vapifault-openai-403-model-access-denied", Cause.CONFIGURATION),
        ("call.in-progress.error-providerfault-cartesia-500-server-error", Cause.VOICE_FAILED),
        ("pipeline-error-openai-500-server-error", Cause.MODEL_FAILED),
        ("pipeline-error-cartesia-transcriber-failed", Cause.HEARING_FAILED),
        ("pipeline-error-playht-403-forbidden-out-of-characters", Cause.CREDIT),
        ("pipeline-error-soniox-transcriber-auth-failed", Cause.CONFIGURATION),
        ("call.start.error-subscription-concurrency-limit-reached", Cause.LIMIT),
        ("call.start.error-subscription-insufficient-credits", Cause.CREDIT),
        ("worker-shutdown", Cause.VAPI_FAILED),
        ("silence-timed-out", Cause.SILENCE),
        ("voicemail", Cause.NOT_REACHED),
    ],
)
def test_reasons_mean_what_they_say(reason, cause):
    assert find_cause(reason) is cause


@pytest.mark.parametrize(
    "reason", ["", "brand-new-reason", "pipeline-error-new-llm-failed", "<b>x</b>", "a\nb"]
)
def test_unknown_reason_is_other(reason):
    assert find_cause(reason) is Cause.OTHER


def test_unknown_reason_is_told_to_the_operator_in_the_log(caplog):
    find_cause.cache_clear()
    find_cause("a-reason-of-tomorrow")
    find_cause("a-reason-of-tomorrow")
    find_cause("")
    assert [record.getMessage().count("a-reason-of-tomorrow") for record in caplog.records] == [1]


@pytest.mark.django_db
def test_unknown_reasons_are_listed_in_the_admin(as_user, staff, bakery):
    CallFactory(organization=bakery, vapi_id="known")
    CallFactory(
        organization=bakery, vapi_id="strange", ended_reason="a-reason-of-tomorrow", subject="Un secret"
    )
    page = as_user(staff).get("/admin/calls/call/", {"reason": "unknown"}).content.decode()
    assert "strange" in page
    assert ">known<" not in page
    assert "Un secret" not in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cause", Cause)
def test_every_cause_says_what_happened_whose_side_and_what_to_do(cause, language):
    assistants = [Assistant(name="Léa", voice="fr-denise"), Assistant(name="Hugo", voice="fr-henri"), None]
    with translation.override(language):
        assert str(cause.label)
        for assistant in assistants:
            told = explain(cause, assistant)
            assert all(str(words) for words in (told.happened, told.side, told.remedy))
            assert "%(" not in str(told.happened)


def test_hebrew_speaks_of_the_assistant_in_the_gender_of_its_voice():
    with translation.override("he"):
        she = explain(Cause.ASSISTANT_ENDED, Assistant(name="נועה", voice="he-hila"))
        he = explain(Cause.ASSISTANT_ENDED, Assistant(name="נועה", voice="he-avri"))
    assert "נועה" in str(she.happened)
    assert she.happened != he.happened
