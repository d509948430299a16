"""Formats for Hebrew: a comma separates year and hour in either direction."""

DATETIME_FORMAT = "j בF Y, H:i"
