"""Formats for French: « 20 novembre 2026 à 9 h 41 », without a line break around the h."""

TIME_FORMAT = "G\u00a0\\h\u00a0i"
DATETIME_FORMAT = f"j F Y à {TIME_FORMAT}"
