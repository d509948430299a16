"""The country of an organisation."""

from core.locales import timezone_countries
from organizations.models import Organization

_COUNTRIES = {"fr": "FR", "he": "IL", "en": "GB"}


def country_of(organization: Organization) -> str:
    """The country whose national notation an organisation uses, as ISO 3166: by its time zone, else its language."""
    return timezone_countries().get(organization.timezone) or _COUNTRIES[organization.locale]
