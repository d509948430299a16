"""The providers an organisation works with, and the credentials it entrusts to us for that."""

from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    """The providers an organisation works with, and the credentials it entrusts to us for that."""

    name = "connections"
