import pytest
from django.utils import translation

from connections.enums import Provider
from connections.problems import Problem, ProviderError, explain, field_of
from connections.twilio.client import TwilioEndpoint, twilio_url
from connections.twilio.form import TwilioForm
from connections.vapi.client import VapiRegion, vapi_url
from connections.vapi.form import VapiForm

LOCALES = ["fr", "en", "he"]


@pytest.mark.parametrize("problem", Problem.values)
@pytest.mark.parametrize("provider", Provider.values)
def test_every_problem_is_explained_in_every_language(problem, provider):
    told = set()
    for locale in LOCALES:
        with translation.override(locale):
            explanation = explain(problem, provider)
        told |= {explanation.what, explanation.remedy}
        assert "%(" not in explanation.what + explanation.remedy
    assert len(told) == 2 * len(LOCALES)


def test_shared_problem_names_the_provider():
    with translation.override("en"):
        assert explain(Problem.DOWN, "vapi").what == "Vapi does not answer."
        assert explain(Problem.DOWN, "twilio").what == "Twilio does not answer."


def test_refused_key_has_a_path_in_vapis_console():
    with translation.override("fr"):
        assert "dashboard.vapi.ai → API Keys → Private API Keys" in explain(Problem.VAPI_KEY, "vapi").remedy


@pytest.mark.parametrize(
    ("seconds", "told"), [(1, "1 minute."), (60, "1 minute."), (61, "2 minutes."), (3600, "60 minutes.")]
)
def test_time_until_the_next_attempt_is_shown(seconds, told):
    error = ProviderError(Problem.RATE_LIMITED, "vapi", retry_after=seconds)
    with translation.override("en"):
        assert error.explanation.remedy == f"Try again in {told}"


@pytest.mark.parametrize(
    ("problem", "ours"),
    [
        (Problem.REJECTED, True),
        (Problem.UNREADABLE_SECRET, True),
        (Problem.VAPI_KEY, False),
        (Problem.DOWN, False),
    ],
)
def test_problems_of_this_server_are_marked_as_ours(problem, ours):
    assert explain(problem, "vapi").ours is ours


@pytest.mark.parametrize("problem", Problem.values)
def test_problem_is_shown_beside_a_field_that_exists(problem):
    assert field_of(problem) in {None, *VapiForm.base_fields, *TwilioForm.base_fields}


def test_error_as_text_has_the_providers_message():
    assert (
        str(ProviderError(Problem.REJECTED, "vapi", detail="name too long"))
        == "vapi: rejected (name too long)"
    )
    assert str(ProviderError(Problem.DOWN, "twilio")) == "twilio: down"


# Addresses of the providers


def test_providers_have_their_published_addresses():
    assert vapi_url(VapiRegion.US) == "https://api.vapi.ai"
    assert vapi_url(VapiRegion.EU) == "https://api.eu.vapi.ai"
    assert twilio_url(TwilioEndpoint.LIVE) == "https://api.twilio.com/2010-04-01"


def test_sandbox_is_below_the_site_url(settings):
    settings.AVA_SANDBOX = True
    settings.SITE_URL = "https://console.example.com"
    assert vapi_url(VapiRegion.SANDBOX) == "https://console.example.com/sandbox/vapi"
    assert twilio_url(TwilioEndpoint.SANDBOX) == "https://console.example.com/sandbox/twilio/2010-04-01"


@pytest.mark.parametrize(
    ("url", "provider"), [(vapi_url, "vapi"), (twilio_url, "twilio")], ids=["vapi", "twilio"]
)
def test_sandbox_that_is_off_is_a_problem(url, provider, settings):
    settings.AVA_SANDBOX = False
    with pytest.raises(ProviderError) as caught:
        url("sandbox")
    assert (caught.value.problem, caught.value.provider) == (Problem.SANDBOX_OFF, provider)
