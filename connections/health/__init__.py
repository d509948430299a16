"""Periodic checks of the connections, and the alerts they send."""
