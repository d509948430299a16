"""Former names of languages and time zones are resolved before anything looks them up."""

import zoneinfo

import pytest
from django.utils.translation import override

from core.locales import (
    current_timezone_name,
    offered_timezone_names,
    timezone_countries,
    timezone_names,
    with_current_languages,
)
from core.web.fields import TimezoneChoiceField, timezone_choices


@pytest.mark.parametrize(
    ("accepts", "language"),
    [("iw", "he"), ("iw-IL", "he"), ("IW-il,en;q=0.5", "he"), ("iw_IL", "he"), ("heb", "he"), ("fra-FR,en", "fr"),
     ("fre", "fr"), ("eng-GB,fr;q=0.9", "en"), ("de,iw;q=0.8,en;q=0.5", "he")],
)  # fmt: skip
@pytest.mark.django_db
def test_a_browser_may_name_a_language_by_a_former_code(client, accepts, language):
    assert client.get("/", headers={"accept-language": accepts}).url == f"/{language}/"


@pytest.mark.parametrize("header", ["kiwi", "x-iw", "tiwi;q=1", "en-iw", ""])
def test_other_tags_are_left_alone(header):
    assert with_current_languages(header) == header


@pytest.mark.parametrize(
    ("former", "present"),
    [("Europe/Kiev", "Europe/Kyiv"), ("Asia/Tel_Aviv", "Asia/Jerusalem"), ("Israel", "Asia/Jerusalem"),
     ("Asia/Calcutta", "Asia/Kolkata"), ("US/Eastern", "America/New_York"), ("GMT", "UTC"), ("Etc/UTC", "UTC"),
     ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"), ("Europe/Paris", "Europe/Paris"), ("Mars", "Mars")],
)  # fmt: skip
def test_former_names_of_time_zones_are_resolved(former, present):
    assert current_timezone_name(former) == present


def test_only_present_names_are_offered():
    assert all(current_timezone_name(name) == name for name in timezone_names())
    assert {"UTC", "Europe/Kyiv", "Asia/Jerusalem", "Europe/Paris", "Europe/Amsterdam"} <= set(
        timezone_names()
    )
    assert not {"Europe/Kiev", "Asia/Calcutta", "Asia/Tel_Aviv", "Europe/Belfast"} & set(timezone_names())


def test_each_zone_exists_and_has_a_country():
    assert {zoneinfo.ZoneInfo(name).key for name in timezone_names()} == set(timezone_names())
    assert all(len(country) == 2 for name, country in timezone_countries().items() if name != "UTC")


@pytest.mark.parametrize(
    ("language", "first", "others"),
    [
        ("fr", ["Paris", "Jérusalem"], ["Athènes", "La Réunion", "Londres", "UTC"]),
        ("he", ["פריז", "ירושלים"], ["אתונה", "לונדון", "ניו יורק"]),
        ("en", ["Paris", "Jerusalem"], ["Athens", "London", "New York"]),
    ],
)
def test_cities_are_named_in_the_language_with_those_of_both_countries_first(language, first, others):
    with override(language):
        labels = [label for _name, label in timezone_choices()]
    assert labels[:2] == first
    assert set(others) <= set(labels)
    assert len(labels) == len(set(labels))


def test_one_zone_is_offered_for_each_clock():
    offered = set(offered_timezone_names())
    assert len(offered) < 100
    assert {"Europe/Paris", "Asia/Jerusalem", "Indian/Reunion", "America/Martinique", "UTC"} <= offered
    assert not {"Europe/Berlin", "Antarctica/Troll"} & offered
    assert offered <= set(timezone_names())


def test_zone_outside_of_the_list_is_kept_and_shown():
    field = TimezoneChoiceField()
    assert field.clean("Europe/Berlin") == "Europe/Berlin"
    with override("fr"):
        drawn = field.widget.render("timezone", "Europe/Kiev")
    assert '<option value="Europe/Kyiv" selected>Kyiv' in drawn
    assert drawn.count("selected") == 1
