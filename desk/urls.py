"""URLs of the desk, under a language prefix."""

from django.urls import path

from desk.items import act_views, views
from desk.questions import views as questions

app_name = "desk"

ROOT = "o/<slug:slug>/desk"
ONE = f"{ROOT}/<uuid:item_id>"
QUESTIONS = f"{ROOT}/questions"

urlpatterns = [
    path(ROOT, views.index, name="list"),
    path(f"{ROOT}/news", views.news, name="news"),
    path(QUESTIONS, questions.index, name="questions"),
    path(f"{QUESTIONS}/<uuid:question_id>/answer", questions.answer, name="answer"),
    path(f"{QUESTIONS}/<uuid:question_id>/dismissal", questions.dismissal, name="dismissal"),
    path(ONE, views.detail, name="item"),
    path(f"{ONE}/take", act_views.take, name="take"),
    path(f"{ONE}/assignment", act_views.assignment, name="assignment"),
    path(f"{ONE}/snooze", act_views.snooze, name="snooze"),
    path(f"{ONE}/completion", act_views.completion, name="completion"),
    path(f"{ONE}/reopening", act_views.reopening, name="reopening"),
    path(f"{ONE}/urgency", act_views.urgency, name="urgency"),
    path(f"{ONE}/notes", act_views.notes, name="notes"),
]
