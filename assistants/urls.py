"""URLs of assistants, under a language prefix."""

from django.urls import path

from assistants import views
from assistants.line import views as line_views
from assistants.preview import views as preview_views

app_name = "assistants"

ROOT = "o/<slug:slug>/assistants"
ONE = f"{ROOT}/<uuid:assistant_id>"

urlpatterns = [
    path("o/<slug:slug>/line", line_views.line, name="line"),
    path("o/<slug:slug>/line/answering", line_views.choose, name="choose"),
    path(ROOT, views.index, name="list"),
    path(f"{ROOT}/new", views.new, name="new"),
    path(ONE, views.detail, name="detail"),
    path(f"{ONE}/state", views.state, name="state"),
    path(f"{ONE}/edit", views.edit, name="edit"),
    path(f"{ONE}/disclose", views.disclose, name="disclose"),
    path(f"{ONE}/duplicate", views.duplicate, name="duplicate"),
    path(f"{ONE}/answer", views.answer, name="answer"),
    path(f"{ONE}/repair", views.repair, name="repair"),
    path(f"{ONE}/keep", line_views.keep, name="keep"),
    path(f"{ONE}/delete", views.delete, name="delete"),
    path(f"{ONE}/preview", preview_views.preview, name="preview"),
    path(f"{ONE}/preview/chat", preview_views.chat, name="chat"),
    path(f"{ONE}/preview/call", preview_views.call, name="call"),
    path(f"{ONE}/preview/calls/<slug:call_id>", preview_views.follow, name="call-state"),
    path(f"{ONE}/preview/calls/<slug:call_id>/end", preview_views.end_call, name="call-end"),
]
