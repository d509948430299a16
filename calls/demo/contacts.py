"""Gives a few invented callers a name."""

from django.db.models import Count

from calls.models import Call, Contact
from organizations.models import Organization

NAMES = (
    "Marie Dupont",
    "Café de la Gare",
    "Hôtel des Tilleuls",
    "Moulin Perrin, farine",
    "Mme Lefèvre",
    "דוד כהן",
)


def add_demo_contacts(organization: Organization) -> None:
    """Name the numbers with the most calls, as far as the names go."""
    calls = Call.objects.for_organization(organization).exclude(customer_number="").order_by()
    counted = (
        calls.values("customer_number").annotate(count=Count("pk")).order_by("-count", "customer_number")
    )
    pairs = zip(counted[: len(NAMES)], NAMES, strict=False)
    Contact.objects.bulk_create(
        Contact(organization=organization, number=row["customer_number"], name=name) for row, name in pairs
    )
