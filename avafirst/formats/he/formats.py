"""How Hebrew writes a moment: a comma keeps year and hour apart, whichever way they are read."""

DATETIME_FORMAT = "j בF Y, H:i"
