"""The time zones and languages a user may choose, and the columns that hold them."""

import zoneinfo
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
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


@cache
def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


class _ForgivingField(models.CharField[str, str]):
    """Reads a value that this release or machine no longer knows as a known one, so that no page fails of it.

    Joins read NULL where there is no row.
    """

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs  # the column is an ordinary one


class TimeZoneField(_ForgivingField):
    """The name of a time zone; one that the machine's data lacks is read as UTC."""

    def from_db_value(self, value: str | None, *_args: Any) -> str | None:
        return value if value is None or _is_zone(value) else "UTC"


class LanguageField(_ForgivingField):
    """One of the product's languages; any other is read as the default one."""

    def from_db_value(self, value: str | None, *_args: Any) -> str | None:
        return value if value is None or value in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
