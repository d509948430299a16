"""Changing the e-mail address: confirmation, notice, undo."""
