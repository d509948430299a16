"""The request type of views behind the guard."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request that passed the guard, so `user` is never anonymous."""

    user: User
