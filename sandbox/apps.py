"""A stand-in for the providers: everything can be tried without an account anywhere."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    """A stand-in for the providers: everything can be tried without an account anywhere."""

    name = "sandbox"

    def ready(self) -> None:
        """Schedule the clean-up."""
        from sandbox import cleanup  # noqa: F401 - importing it schedules its task
