"""The languages and time zones people may choose."""

import zoneinfo
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


@cache
def timezone_names() -> tuple[str, ...]:
    """IANA time zones that a person would pick: `Area/City`, and UTC."""
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    names = sorted(name for name in zoneinfo.available_timezones() if name.startswith(areas))
    return ("UTC", *names)


def validate_timezone(name: str) -> None:
    """Refuse what is no time zone."""
    if name not in timezone_names():
        raise ValidationError(_("Choose a time zone from the list."), code="timezone")
