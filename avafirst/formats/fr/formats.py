"""How French writes a moment: « 20 novembre 2026 à 9 h 41 », the hour and its h held together."""

TIME_FORMAT = "G\u00a0\\h\u00a0i"
DATETIME_FORMAT = f"j F Y à {TIME_FORMAT}"
