"""Limits that keep published credentials harmless: sizes, numbers of rows, requests."""

from datetime import timedelta

from django.db import models

from core.security.rate_limits import Limit
from sandbox.models import Assistant, Call, Chat, PhoneNumber

MAX_BODY = 64 * 1024  # characters; twice what the product sends at most
MAX_LIST = 4 * 1024 * 1024  # characters of a list, after which it ends early
PER_KEY: dict[type[models.Model], int] = {Assistant: 200, PhoneNumber: 50, Call: 2000, Chat: 2000}
IN_ALL = 50_000  # rows of one kind, over all keys
CONCURRENCY = 10  # calls of one key at once
CONCURRENCY_IN_ALL = 300
REQUESTS = Limit("sandbox", 1200, timedelta(minutes=1))


def is_full(model: type[Assistant | PhoneNumber | Call | Chat], key: str) -> bool:
    """Whether this key, or all keys together, have as many rows as allowed."""
    return model.objects.of(key).count() >= PER_KEY[model] or model.objects.count() >= IN_ALL
