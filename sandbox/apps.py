"""The app of the stand-ins for Vapi and Twilio."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    """The app of the stand-ins for Vapi and Twilio, with which everything can be tried without an account."""

    name = "sandbox"

    def ready(self) -> None:
        from sandbox import cleanup  # noqa: F401 - importing it schedules its task
