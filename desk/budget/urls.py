"""URLs of the budget, under a language prefix."""

from django.urls import path

from desk.budget import views

app_name = "budget"

ROOT = "o/<slug:slug>/budget"

urlpatterns = [
    path(ROOT, views.show, name="page"),
    path(f"{ROOT}/limits", views.save, name="save"),
]
