"""URLs of what is told by e-mail, under a language prefix."""

from django.urls import path

from desk.notices import link_views, views

app_name = "notices"

urlpatterns = [
    path("settings/e-mails", views.choices, name="choices"),
    path("settings/e-mails/<uuid:membership_id>", views.save, name="save"),
    path("desk/act", link_views.act, name="act"),
    path("desk/stop", link_views.stop, name="stop"),
]
