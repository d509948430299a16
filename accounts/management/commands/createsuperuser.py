"""Django's command without a password."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User


class Command(BaseCommand):
    """`manage.py createsuperuser --email you@example.com`: creates a user with all rights in the admin."""

    help = "Make a superuser, who then signs in by a mailed link like everybody."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument(
            "--noinput", "--no-input", action="store_true", help="Accepted for scripts; nothing is asked."
        )

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(email)
            if not user.is_active:
                raise CommandError(f"{user.email} is deactivated.")  # the staff who did that should be asked
            user.is_staff = user.is_superuser = True
            user.save(update_fields=["is_staff", "is_superuser"])
        except User.DoesNotExist:
            user = User.objects.create_superuser(email)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(
            f"{user.email} may enter the admin. Sign in at /admin/ or: manage.py login_link {user.email}"
        )
