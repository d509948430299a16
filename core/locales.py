"""The time zones a user may choose."""

import zoneinfo
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


@cache
def timezone_names() -> tuple[str, ...]:
    """IANA names like `Area/City`, and UTC, without aliases."""
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    names = sorted(name for name in zoneinfo.available_timezones() if name.startswith(areas))
    return ("UTC", *names)


def validate_timezone(name: str) -> None:
    """Raise ValidationError unless `name` is one of `timezone_names`."""
    if name not in timezone_names():
        raise ValidationError(_("Choose a time zone from the list."), code="timezone")
