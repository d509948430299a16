"""Periodic checks of the accounts, and the alerts they send."""
