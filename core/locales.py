"""Languages and time zones under their present names, and the columns that hold them.

Former names are resolved before anything looks them up.
"""

import re
import zoneinfo
from functools import cache
from importlib import resources
from typing import Any

from babel.dates import get_timezone_location
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

# Codes by which devices still ask for our languages: ISO 639 renamed iw in 1989, and has codes of three letters.
_FORMER_LANGUAGES = {"iw": "he", "heb": "he", "fra": "fr", "fre": "fr", "eng": "en"}
_LANGUAGE = re.compile(rf"(?i)(?<![\w-])(?:{'|'.join(_FORMER_LANGUAGES)})(?![\w])")

# Countries and territories whose zones are offered one by one: France with its overseas departments, and Israel.
_HOME = frozenset({"FR", "GF", "GP", "IL", "MQ", "NC", "PF", "PM", "RE", "WF", "YT"})
AREAS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


def with_current_languages(header: str) -> str:
    """An `Accept-Language` header, or one language tag, with the present codes of our languages."""
    header = header.replace("_", "-")  # as some devices write
    return _LANGUAGE.sub(lambda former: _FORMER_LANGUAGES[former[0].lower()], header)


@cache
def timezone_countries() -> dict[str, str]:
    """The ISO 3166 country of each time zone that a user may choose; empty for UTC.

    By `zone.tab`, which lists each zone under its present name, and also those that only share another zone's clock.
    """
    rows = [line.split("\t") for line in _lines("zone.tab") if not line.startswith("#")]
    countries = {name: country for country, _place, name, *_rest in rows if name.startswith(AREAS)}
    return {"UTC": "", **dict(sorted(countries.items()))}


def timezone_names() -> tuple[str, ...]:
    """IANA names like `Area/City`, and UTC, without former names."""
    return tuple(timezone_countries())


@cache
def offered_timezone_names() -> tuple[str, ...]:
    """The zones to choose from: one for each clock of the world, and all of France, its territories and Israel.

    `zonenow.tab` names one zone for all that share a clock from now on: Berlin and Madrid live by the clock of Paris.
    """
    clocks = {line.split("\t")[2] for line in _lines("zonenow.tab") if not line.startswith("#")}
    countries = timezone_countries()
    return tuple(
        name for name, country in countries.items() if name in clocks or country in _HOME or name == "UTC"
    )


def timezone_label(name: str, language: str) -> str:
    """The city of a time zone in a language, by CLDR: Jérusalem for Asia/Jerusalem."""
    if name == "UTC":
        return name
    return get_timezone_location(zoneinfo.ZoneInfo(name), locale=language, return_city=True)


def current_timezone_name(name: str) -> str:
    """The present name of a time zone: Europe/Kyiv for Europe/Kiev. An unknown name stays as it is."""
    if name in timezone_countries():
        return name
    target = _former_timezones().get(name, name)
    return "UTC" if target in {"Etc/UTC", "Etc/GMT", "GMT"} else target


@cache
def _former_timezones() -> dict[str, str]:
    """The links of the IANA database, from a former name to the zone's present one."""
    links = [line.split()[1:3] for line in _lines("tzdata.zi") if line.startswith("L ")]
    return {former: present for present, former in links}


def _lines(file: str) -> list[str]:
    return (resources.files("tzdata") / "zoneinfo" / file).read_text("utf-8").splitlines()


def default_timezone_name(language: str) -> str:
    """The time zone of a user whose language is all that is known."""
    return "Asia/Jerusalem" if language == "he" else "Europe/Paris"


def validate_timezone(name: str) -> None:
    """Raise ValidationError unless `name` is one of `timezone_names`."""
    if name not in timezone_countries():
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
