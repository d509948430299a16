"""The webhook to which the mail provider reports deliveries."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from anymail.urls import urlpatterns as anymail_patterns
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from core.web.public_views import public


def mail_patterns() -> list[URLPattern]:
    """`/webhooks/mail`, if a provider and a shared secret are configured.

    django-anymail checks the secret (HTTP Basic) and the provider's signature.
    """
    options: dict[str, Any] = getattr(settings, "ANYMAIL", {})
    provider = settings.EMAIL_BACKEND.split(".")[-2] if options else ""
    if not options.get("WEBHOOK_SECRET"):
        return []
    for pattern in anymail_patterns:
        if isinstance(pattern, URLPattern) and pattern.name in {
            f"{provider}_tracking_webhook",
            f"{provider}_webhook",
        }:
            return [path("webhooks/mail", public(_refuse_deep(pattern.callback)), name="mail_webhook")]
    return []


def _refuse_deep(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, which answers 400 to JSON that is nested too deeply to be parsed."""

    @wraps(view)
    def refusing(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except RecursionError:
            raise BadRequest("nested too deeply") from None

    return refusing
