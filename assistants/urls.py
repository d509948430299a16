"""Addresses of this room, under their language."""

from django.urls import path

from assistants.preview import views
from assistants.views import changing, listing, showing, writing

app_name = "assistants"

ROOT = "o/<slug:slug>/assistants"
ONE = f"{ROOT}/<uuid:assistant_id>"

urlpatterns = [
    path(ROOT, listing.index, name="list"),
    path(f"{ROOT}/new", writing.new, name="new"),
    path(ONE, showing.detail, name="detail"),
    path(f"{ONE}/state", showing.state, name="state"),
    path(f"{ONE}/edit", writing.edit, name="edit"),
    path(f"{ONE}/duplicate", changing.duplicate, name="duplicate"),
    path(f"{ONE}/answer", changing.answer, name="answer"),
    path(f"{ONE}/repair", changing.repair, name="repair"),
    path(f"{ONE}/delete", changing.delete, name="delete"),
    path(f"{ONE}/preview", views.preview, name="preview"),
    path(f"{ONE}/preview/chat", views.chat, name="chat"),
    path(f"{ONE}/preview/call", views.call, name="call"),
    path(f"{ONE}/preview/calls/<slug:call_id>", views.follow, name="call-state"),
]
