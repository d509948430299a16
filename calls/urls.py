"""URLs of calls, under a language prefix."""

from django.urls import path

from calls.call_back import views as call_back
from calls.erasure import views as erasure_views
from calls.history import views
from calls.notes import views as note_views
from calls.recordings import views as recording_views

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
    path(f"{ONE}/erase", erasure_views.erase, name="erase"),
    path(f"{ONE}/notes", note_views.add, name="note-add"),
    path(f"{ONE}/notes/<uuid:note_id>/remove", note_views.remove, name="note-remove"),
    path(f"{ONE}/recording", recording_views.play, name="recording"),
]
