"""URLs of the operators' page, under a language prefix; those of the providers are in `sandbox.urls`."""

from django.urls import path

from sandbox.page import views

app_name = "sandbox_page"
urlpatterns = [
    path("sandbox", views.home, name="home"),
    path("sandbox/calls", views.call, name="call"),
    path("sandbox/calls/<uuid:call_id>/recording", views.recording, name="recording"),
    path("sandbox/trouble", views.switch_on, name="switch-on"),
    path("sandbox/trouble/off", views.switch_off, name="switch-off"),
]
