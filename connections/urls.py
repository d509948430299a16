"""Addresses of this room, under their language."""

from django.urls import path

from connections import views

app_name = "connections"

urlpatterns = [
    path("o/<slug:slug>/connections", views.page, name="page"),
    path("o/<slug:slug>/connections/vapi", views.vapi, name="vapi"),
    path("o/<slug:slug>/connections/twilio", views.twilio, name="twilio"),
    path("o/<slug:slug>/connections/twilio/test-call", views.test_call, name="test-call"),
    path("o/<slug:slug>/connections/twilio/number", views.number, name="number"),
    path("o/<slug:slug>/connections/<str:provider>/check", views.check, name="check"),
    path("o/<slug:slug>/connections/<str:provider>/disconnect", views.disconnect, name="disconnect"),
]
