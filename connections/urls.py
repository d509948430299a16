"""URLs of the connections, below the language prefix."""

from django.urls import path

from connections import views
from connections.provider import PROVIDERS

app_name = "connections"

urlpatterns = [
    path("o/<slug:slug>/connections", views.page, name="page"),
    *[
        path(f"o/<slug:slug>/connections/{key}", views.connect, {"provider": key}, name=key)
        for key in PROVIDERS
    ],
    path("o/<slug:slug>/connections/vapi/webhook-secret", views.webhook_secret, name="webhook-secret"),
    path("o/<slug:slug>/connections/twilio/test-call", views.test_call, name="test-call"),
    path("o/<slug:slug>/connections/twilio/number", views.number, name="number"),
    path("o/<slug:slug>/connections/twilio/numbers", views.numbers, name="numbers"),
    path("o/<slug:slug>/connections/<str:provider>/check", views.check, name="check"),
    path("o/<slug:slug>/connections/<str:provider>/disconnect", views.disconnect, name="disconnect"),
]
