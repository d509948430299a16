"""URLs of calls, under a language prefix."""

from django.urls import path

from calls.call_back import views as call_back
from calls.history import views

app_name = "calls"

ROOT = "o/<slug:slug>/calls"
ONE = f"{ROOT}/<uuid:call_id>"

urlpatterns = [
    path(ROOT, views.index, name="list"),
    path(f"{ROOT}/news", views.news, name="news"),
    path(f"{ROOT}.csv", views.export, name="export"),
    path(ONE, views.detail, name="detail"),
    path(f"{ONE}/call-back", call_back.page, name="call-back"),
    path(f"{ONE}/state", views.state, name="state"),
]
