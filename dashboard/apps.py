"""The page after sign-in."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Reads, never writes."""

    name = "dashboard"
