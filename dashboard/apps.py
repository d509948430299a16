from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """The page after sign-in; it only reads."""

    name = "dashboard"
