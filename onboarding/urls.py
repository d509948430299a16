"""Addresses of the guided steps, under their language."""

from django.urls import path

from onboarding.views import assistant, beginning, ending, providers

app_name = "onboarding"

urlpatterns = [
    path("onboarding", beginning.start, name="start"),
    path("onboarding/welcome", beginning.welcome, name="welcome"),
    path("onboarding/organization", beginning.organization, name="organization"),
    path("onboarding/vapi", providers.vapi, name="vapi"),
    path("onboarding/twilio", providers.twilio, name="twilio"),
    path("onboarding/twilio/number", providers.number, name="number"),
    path("onboarding/twilio/ring", providers.ring, name="ring"),
    path("onboarding/assistant", assistant.assistant, name="assistant"),
    path("onboarding/assistant/repair", assistant.repair, name="repair"),
    path("onboarding/done", ending.done, name="done"),
    path("onboarding/<str:provider>/check", providers.check, name="check"),
    path("onboarding/<str:key>/later", beginning.later, name="later"),
]
