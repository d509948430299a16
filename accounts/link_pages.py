"""Pages that a mailed link opens and whose button carries out the change."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.web.public_views import guarded

METHODS = ["GET", "HEAD", "POST"]


def secret_in(request: HttpRequest) -> str:
    """The link's secret: in the address when the mail's link is opened, in the form afterwards."""
    return (request.POST if request.method == "POST" else request.GET).get("token", "")


def only_shows(request: HttpRequest) -> bool:
    """Whether the request changes nothing.

    A POST with `show` changes only the page's language, so that the secret need not stand in an address.
    """
    return request.method != "POST" or "show" in request.POST


def link_page(
    request: HttpRequest, template: str, state: str, context: dict[str, object] | None = None
) -> HttpResponse:
    """The page in a state: 410 where the link no longer works."""
    status = 200 if state in {"confirm", "done"} else 410
    context = {**(context or {}), "state": state, "token": secret_in(request)}
    return guarded(render(request, template, context, status=status))
