"""Reads of users that other apps share."""

import uuid
from collections import Counter
from collections.abc import Iterable

from accounts.models import User


def names_of(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of the users among `ids` that have one; with the address where two of them have the same name."""
    named = list(User.objects.filter(pk__in=set(ids)).exclude(name="").only("name", "email"))
    count = Counter(user.name for user in named)
    return {user.pk: user.name if count[user.name] == 1 else f"{user.name} ({user.email})" for user in named}
