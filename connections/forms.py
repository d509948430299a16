"""The base of the forms in which users enter their accounts at the providers."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings

from connections.base import Connection
from connections.fields import SecretField
from connections.problems import ProviderError, field_of
from organizations.models import Organization

KEY_LENGTH = 200  # characters; anything longer is a whole page pasted by mistake


class ConnectionForm(forms.Form):
    """One provider's credentials. Typed secrets are never sent back to the browser.

    `connection` is the account stored so far. With `in_sandbox` the form starts with credentials for the sandbox;
    those that are stored are not offered again, since a real account is to replace them.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        organization: Organization,
        connection: Connection | None = None,
        in_sandbox: bool = False,
    ) -> None:
        self.organization, self.connection = organization, connection
        self.in_sandbox = in_sandbox and settings.AVA_SANDBOX
        initial = self.sandbox_values(organization) if self.in_sandbox else self.stored_values()
        super().__init__(data, initial=initial)
        for field in self.fields.values():
            # The only secret ever rendered is the sandbox's, which is public.
            if isinstance(field, SecretField):
                field.show(not self.is_bound)

    @property
    def offers_sandbox(self) -> bool:
        """Whether a link to the form with the sandbox's credentials makes sense beside it."""
        replaces_real = self.connection is not None and not self.connection.is_sandbox
        return settings.AVA_SANDBOX and not self.in_sandbox and not replaces_real

    @staticmethod
    def sandbox_values(organization: Organization) -> dict[str, str]:
        """Credentials that work in the sandbox."""
        raise NotImplementedError

    def stored_values(self) -> dict[str, str]:
        """Values to start with from `self.connection`, without its secret."""
        raise NotImplementedError

    def set_choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """Set the choices of a field, without the sandbox where it is off."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [each for each in choices if each[0] != "sandbox" or settings.AVA_SANDBOX]

    def offer_numbers(self) -> None:
        """Offer the account's numbers instead of a wrong one, where the account has numbers. Raises ProviderError."""

    def add_provider_error(self, error: ProviderError) -> None:
        """Show the provider's refusal beside the field that the user must correct."""
        name = field_of(error.problem)
        self.add_error(name if name in self.fields else None, error.explanation.sentences)
