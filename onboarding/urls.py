from django.urls import path

from connections.enums import Provider
from onboarding.views import assistant, progress, providers, welcome

app_name = "onboarding"

urlpatterns = [
    path("onboarding", progress.resume, name="start"),
    path("onboarding/welcome", welcome.welcome_step, name="welcome"),
    path("onboarding/organization", progress.organization_step, name="organization"),
    path("onboarding/vapi", providers.connect_step, {"provider": Provider.VAPI}, name="vapi"),
    path("onboarding/twilio", providers.connect_step, {"provider": Provider.TWILIO}, name="twilio"),
    path("onboarding/twilio/number", providers.retry_number, name="number"),
    path("onboarding/twilio/numbers", providers.show_numbers, name="numbers"),
    path("onboarding/twilio/ring", providers.ring_number, name="ring"),
    path("onboarding/assistant", assistant.assistant_step, name="assistant"),
    path("onboarding/assistant/repair", assistant.repair_first_assistant, name="repair"),
    path("onboarding/done", progress.finish_step, name="done"),
    path("onboarding/<str:provider>/check", providers.check_connection, name="check"),
    path("onboarding/<str:key>/later", progress.postpone, name="later"),
]
