"""Addresses of this room, under their language."""

from django.urls import path

from core.web import gallery

app_name = "core"

urlpatterns = [
    path("gallery", gallery.gallery, name="gallery"),
]
