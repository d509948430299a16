from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from calls.statistics.services import count_drift, ensure_counted, rebuild
from organizations.models import Organization


class Command(BaseCommand):
    help = "Compare the sums of the dashboards with the calls, or count the calls anew. Calls may come meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--organization", default="", help="the slug in its address; without it, all of them"
        )
        action = parser.add_mutually_exclusive_group(required=True)
        action.add_argument("--check", action="store_true", help="fail where a sum differs")
        action.add_argument("--rebuild", action="store_true", help="count anew")

    def handle(self, *, organization: str, check: bool, **options: Any) -> None:
        found = Organization.objects.order_by("slug")
        if organization:
            found = found.filter(slug=organization)
            if not found:
                raise CommandError(f"No organisation has the slug {organization}.")
        wrong = [each.slug for each in found if not self._is_exact(each, check=check)]
        if wrong:
            raise CommandError(f"Sums differ: {', '.join(wrong)}. Run call_statistics --rebuild.")

    def _is_exact(self, organization: Organization, *, check: bool) -> bool:
        """Whether no sum differs; counts anew first unless it is only checked."""
        if not check:
            rebuild(organization.pk)
        ensure_counted(organization.pk)
        drift = count_drift(organization.pk)
        self.stdout.write(f"{organization.slug}: {'exact' if not drift else f'{drift} sums differ'}")
        return not drift
