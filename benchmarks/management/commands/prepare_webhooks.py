import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from assistants.models import Assistant
from calls.tests.messages import ASSISTANT_ID
from connections.models import VapiConnection
from connections.vapi.client import VapiRegion
from connections.vapi.webhooks import SECRET_HEADER, webhook_server
from core.queue import schedule
from organizations.models import Organization


class Command(BaseCommand):
    help = "Make connected organisations; print the secrets of their webhooks as JSON."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organizations", type=int)

    def handle(self, *, organizations: int, **options: Any) -> None:
        logging.disable(logging.INFO)
        suspend_schedule(timezone.now())
        self.stdout.write(json.dumps([connect(number) for number in range(organizations)]))


def connect(number: int) -> str:
    """The secret of a new organisation, which has an assistant."""
    organization = Organization.objects.create(slug=f"webhooks-{number}", name=f"Webhooks {number}")
    Assistant.objects.create(
        organization=organization, name="Léa", language="fr", voice="fr-denise", vapi_id=ASSISTANT_ID
    )
    connection = VapiConnection(organization=organization)
    connection.set_credentials(region=VapiRegion.SANDBOX, private_key=f"key-{number}").save()
    server = webhook_server(connection)
    return str(server and server["headers"][SECRET_HEADER])


def suspend_schedule(now: datetime) -> None:
    """Have the periodic tasks of the next two hours behind us: there is no provider that they could ask."""
    for minute in range(120):
        schedule.tick(now + timedelta(minutes=minute))
    DBTaskResult.objects.all().delete()
