"""Choices that are stored in the connections' rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Provider(models.TextChoices):
    """The third parties at which an organisation has an account. `provider.PROVIDERS` describes each."""

    VAPI = "vapi", "Vapi"
    TWILIO = "twilio", "Twilio"


class ConnectionState(models.TextChoices):
    """Whether the provider accepts the credentials."""

    OK = "ok", _("connected")
    FAILING = "failing", _("failing")


class NumberState(models.TextChoices):
    """Whether Vapi answers the organisation's number."""

    PENDING = "pending", _("being set up")
    IN_STEP = "in_step", _("answered by Vapi")
    OUT_OF_STEP = "out_of_step", _("not answered")
