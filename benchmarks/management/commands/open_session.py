from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.test import Client

from accounts.models import User


class Command(BaseCommand):
    help = "Sign a user in without a link; print the session's Cookie header."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *, email: str, **options: Any) -> None:
        client = Client()
        client.force_login(User.objects.get(email=email))
        name = settings.SESSION_COOKIE_NAME
        self.stdout.write(f"{name}={client.cookies[name].value}")
