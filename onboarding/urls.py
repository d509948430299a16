"""Addresses of the guided steps, under their language."""

from django.urls import path

from onboarding import views

app_name = "onboarding"

urlpatterns = [
    path("onboarding", views.start, name="start"),
    path("onboarding/welcome", views.welcome, name="welcome"),
    path("onboarding/organization", views.organization, name="organization"),
]
