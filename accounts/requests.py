"""The request as views behind the guard see it."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """The guard let it pass, so there is a person."""

    user: User
