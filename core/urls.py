"""URLs of core's own pages, below the language prefix."""

from django.urls import path

from core.web import gallery

app_name = "core"

urlpatterns = [
    path("gallery", gallery.gallery, name="gallery"),
]
