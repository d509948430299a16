"""Addresses for Vapi's servers, without a language. `connections.vapi.webhooks.PATH` is the first."""

from django.urls import path

from calls.inbox import views

app_name = "webhooks"

# The other two are kept from the first version of this product; any message may come to any of the three.
urlpatterns = [
    path("webhooks/vapi", views.receive, name="vapi"),
    path("webhooks/vapi/call-started", views.receive, name="vapi-call-started"),
    path("webhooks/vapi/call-ended", views.receive, name="vapi-call-ended"),
]
