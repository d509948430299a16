"""Addresses of the guided steps, under their language."""

from django.urls import path

from connections.enums import Provider
from onboarding.views import assistant, finish, providers, start

app_name = "onboarding"

urlpatterns = [
    path("onboarding", start.start, name="start"),
    path("onboarding/welcome", start.welcome, name="welcome"),
    path("onboarding/organization", start.organization, name="organization"),
    path("onboarding/vapi", providers.connect, {"provider": Provider.VAPI}, name="vapi"),
    path("onboarding/twilio", providers.connect, {"provider": Provider.TWILIO}, name="twilio"),
    path("onboarding/twilio/number", providers.number, name="number"),
    path("onboarding/twilio/ring", providers.ring, name="ring"),
    path("onboarding/assistant", assistant.assistant, name="assistant"),
    path("onboarding/assistant/repair", assistant.repair, name="repair"),
    path("onboarding/done", finish.done, name="done"),
    path("onboarding/<str:provider>/check", providers.check, name="check"),
    path("onboarding/<str:key>/later", start.later, name="later"),
]
