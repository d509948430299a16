from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.mail.messages import build_mail
from core.security.redaction import redact


class Command(BaseCommand):
    help = "Send a test mail and print what the provider answered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        self.stdout.write(
            f"Sending to {address} through {settings.EMAIL_BACKEND} as {settings.DEFAULT_FROM_EMAIL}"
        )
        mail = build_mail("check", to=address, locale=settings.LANGUAGE_CODE, context={})
        try:
            mail.send()
        except Exception as error:
            raise CommandError(f"Refused: {type(error).__name__}: {redact(str(error))}") from error
        status = getattr(mail, "anymail_status", None)
        if status is None:
            self.stdout.write("Accepted by the server.")
        else:
            self.stdout.write(
                f"The provider answered: {', '.join(sorted(status.status or ()))} (id {status.message_id})"
            )
