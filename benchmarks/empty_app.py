"""The yardstick: Django with one empty view and no middleware, under our own server settings."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="signs nothing", ALLOWED_HOSTS=["*"], MIDDLEWARE=[])


def empty(request: HttpRequest) -> HttpResponse:
    """Cost nothing beyond Django itself."""
    return HttpResponse(b"ok")


urlpatterns = [path("", empty)]
application = get_wsgi_application()
