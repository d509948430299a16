"""Addresses of this room, under their language."""

from django.urls import path

from core import views_gallery

app_name = "core"

urlpatterns = [
    path("gallery", views_gallery.gallery, name="gallery"),
]
