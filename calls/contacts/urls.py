"""URLs of contacts, under a language prefix."""

from django.urls import path

from calls.contacts import views

app_name = "contacts"

ROOT = "o/<slug:slug>/contacts"
ONE = f"{ROOT}/<uuid:key>"  # the id of a contact, or of a call

urlpatterns = [
    path(ROOT, views.index, name="list"),
    path(ONE, views.detail, name="detail"),
    path(f"{ONE}/name", views.name, name="name"),
    path(f"{ONE}/export", views.export, name="export"),
    path(f"{ONE}/erase", views.erase, name="erase"),
]
