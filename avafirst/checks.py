"""What `manage.py check --deploy` says about a production's surroundings."""

import re
import socket
from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

_HOST_PATTERN = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\]")


@register(Tags.security, deploy=True)
def check_proxies(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Say what stands before the web server, and whether that can work."""
    if settings.SITE_IS_HTTPS and not settings.TRUSTED_PROXIES:
        message = "SITE_URL is https, and TRUSTED_PROXIES is 0: every request is redirected to itself."
        hint = (
            "The web server speaks no TLS. Set TRUSTED_PROXIES to the number of proxies before it, mostly 1."
        )
        return [checks.Warning(message, hint=hint, id="avafirst.W001")]
    message = (
        f"Before the web server: {settings.TRUSTED_PROXIES} trusted proxies, which set X-Forwarded-Proto and append to "
        "X-Forwarded-For. Slow clients need none: the web server receives requests without threads."
    )
    return [checks.Info(message, id="avafirst.I001")]


@register(Tags.security, deploy=True)
def check_database(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of SQLite, and of a server whose name has no address."""
    database = settings.DATABASES["default"]
    if "sqlite" in str(database["ENGINE"]):
        message = (
            "DATABASE_URL names an SQLite file, which serves a trial: one writer at a time, on one machine."
        )
        hint = "Set DATABASE_URL to a PostgreSQL server: postgres://user:password@host:5432/name."
        return [checks.Warning(message, hint=hint, id="avafirst.W002")]
    return _check_address("DATABASE_URL", str(database.get("HOST") or ""), "avafirst.W003")


@register(Tags.security, deploy=True)
def check_mail(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of a sender whose domain is not the site's, and of a mail server whose name has no address."""
    found = _check_address("EMAIL_URL", getattr(settings, "EMAIL_HOST", ""), "avafirst.W003")
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()
    if not _are_related(domain, settings.SITE_HOST):
        message = f"DEFAULT_FROM_EMAIL sends from {domain}, but the links lead to {settings.SITE_HOST}."
        hint = "Mail programs distrust that. Send from the site's domain, or from one above it."
        found.append(checks.Warning(message, hint=hint, id="avafirst.W004"))
    return found


@register(Tags.security, deploy=True)
def check_hosts(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of hosts in ALLOWED_HOSTS that no request can have, and of a SITE_URL whose name has no address."""
    found = _check_address("SITE_URL", settings.SITE_HOST, "avafirst.W003")
    for host in settings.ALLOWED_HOSTS:
        if not _HOST_PATTERN.fullmatch(host):
            message = f"ALLOWED_HOSTS names {host!r}, which no request can match."
            hint = "Name hosts without scheme, port and path, comma-separated."
            found.append(checks.Warning(message, hint=hint, id="avafirst.W005"))
        elif host == "*":
            message = "ALLOWED_HOSTS accepts every host."
            found.append(checks.Warning(message, hint="Name your hosts instead of *.", id="avafirst.W006"))
    return found


@register(Tags.security, deploy=True)
def check_operator(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of what the public pages must say about the operator and do not."""
    missing = settings.AVA_OPERATOR.missing
    if not missing:
        return []
    message = f"The legal notice, privacy and contact pages lack {', '.join(missing)}."
    hint = "French law (LCEN, GDPR) and Israeli law (Privacy Protection Law) ask for them; .env.example explains each."
    return [checks.Warning(message, hint=hint, id="avafirst.W007")]


def _check_address(variable: str, host: str, identity: str) -> list[CheckMessage]:
    if not host or host.startswith("/"):  # none, or the folder of a Unix socket
        return []
    try:
        socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):
        message = f"{variable} names {host}, which has no address."
        return [checks.Warning(message, hint="Correct the name, or its entry in the DNS.", id=identity)]
    return []


def _are_related(domain: str, host: str) -> bool:
    """Whether one is the other or lies below it, as the mails of shop.example and the site console.shop.example."""
    return f".{host}".endswith(f".{domain}") or f".{domain}".endswith(f".{host}")
