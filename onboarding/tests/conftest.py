from typing import Any

import pytest
from django.test import Client

from connections.provider import sandbox_credentials
from organizations.models import Organization


@pytest.fixture
def ava(newcomer) -> Organization:
    """The organisation whose set-up is open; `newcomer` is its owner."""
    return newcomer.memberships.get().organization


@pytest.fixture
def browser(as_user, newcomer) -> Client:
    """A client of the user who runs the set-up."""
    return as_user(newcomer)


@pytest.fixture
def works(ava) -> dict[str, Any]:
    """What the sandbox accepts, for both providers."""
    return sandbox_credentials(ava)
