"""The product's URLs, and a view without a mark."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.urls import path

from avafirst.urls import handler400, handler403, handler404, handler500
from avafirst.urls import urlpatterns as ours

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def unmarked(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secret")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken")


urlpatterns = [*ours, *i18n_patterns(path("unmarked", unmarked), path("broken", broken))]
