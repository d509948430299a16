"""A sign-in link on the command line, for an operator without mail."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.login.tokens import mint
from accounts.models import LoginToken, User
from core.audit.services import record_event
from core.mail.messages import absolute_link


class Command(BaseCommand):
    """`manage.py login_link EMAIL`: prints a one-time link, valid for 15 minutes; nothing is mailed."""

    help = "Print a one-time sign-in link for a person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(email)
        except (User.DoesNotExist, ValidationError) as error:
            raise CommandError(f"Nobody has the address {email}.") from error
        if not user.is_active:
            raise CommandError(f"{user.email} is deactivated.")
        token = LoginToken.objects.create(
            purpose=LoginToken.Purpose.LOGIN, email=user.email, user=user, locale=user.locale
        )
        minted = mint(token.id)
        assert minted is not None  # noqa: S101 - the row was just created
        record_event("accounts.link_printed", subject=user)
        self.stdout.write(absolute_link("accounts:verify", user.locale, token=minted.secret))
