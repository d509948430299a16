"""What the welcome page asks, apart from the organisation: a trade, and the user's name where none is known."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assistants.catalog.presets import TRADES, Persona, Trade
from core.web.fields import NameField


class WelcomeForm(forms.Form):
    """A trade, and the name of `user`, which is asked once."""

    trade = forms.ChoiceField(
        label=_("What is your trade?"),
        choices=Persona.choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose your trade.")),
    )
    person = NameField(
        label=_("Your own name"),
        max_length=120,
        error_messages={"required": _("Type your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user.name:
            del self.fields["person"]

    def trades(self) -> Iterator[tuple[Trade, bool]]:
        """Each trade, and whether it is chosen."""
        chosen = self["trade"].value()
        return ((trade, trade.persona == chosen) for trade in TRADES)
