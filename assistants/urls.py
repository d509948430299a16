"""Addresses of this room, under their language."""

from django.urls import path

from assistants.preview import views
from assistants.views import actions, detail, edit, index

app_name = "assistants"

ROOT = "o/<slug:slug>/assistants"
ONE = f"{ROOT}/<uuid:assistant_id>"

urlpatterns = [
    path(ROOT, index.index, name="list"),
    path(f"{ROOT}/new", edit.new, name="new"),
    path(ONE, detail.detail, name="detail"),
    path(f"{ONE}/state", detail.state, name="state"),
    path(f"{ONE}/edit", edit.edit, name="edit"),
    path(f"{ONE}/duplicate", actions.duplicate, name="duplicate"),
    path(f"{ONE}/answer", actions.answer, name="answer"),
    path(f"{ONE}/repair", actions.repair, name="repair"),
    path(f"{ONE}/delete", actions.delete, name="delete"),
    path(f"{ONE}/preview", views.preview, name="preview"),
    path(f"{ONE}/preview/chat", views.chat, name="chat"),
    path(f"{ONE}/preview/call", views.call, name="call"),
    path(f"{ONE}/preview/calls/<slug:call_id>", views.follow, name="call-state"),
]
