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
    FAILING = "failing", _("to repair")


class NumberState(models.TextChoices):
    """Whether Vapi has the organisation's number."""

    PENDING = "pending", _("being set up")
    IN_STEP = "in_step", _("handed to Vapi")
    OUT_OF_STEP = "out_of_step", _("not at Vapi")


class Problem(models.TextChoices):
    """What can go wrong with a provider; `sentences` has the words for each."""

    VAPI_KEY = "vapi_key"
    VAPI_NO_CREDIT = "vapi_no_credit"
    TWILIO_LOGIN = "twilio_login"
    TWILIO_TEST_CREDENTIALS = "twilio_test_credentials"
    TWILIO_NO_CREDIT = "twilio_no_credit"
    TWILIO_SUSPENDED = "twilio_suspended"
    TWILIO_CLOSED = "twilio_closed"
    TWILIO_TRIAL = "twilio_trial"
    TWILIO_COUNTRY = "twilio_country"
    NUMBER_NOT_OWNED = "number_not_owned"
    NUMBER_NO_VOICE = "number_no_voice"
    NUMBER_TAKEN = "number_taken"
    NUMBER_INVALID = "number_invalid"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    REJECTED = "rejected"
    REFUSED = "refused"
    PINNED = "pinned"
    RATE_LIMITED = "rate_limited"
    DOWN = "down"
    SLOW = "slow"
    UNREADABLE_ANSWER = "unreadable_answer"
    UNREADABLE_SECRET = "unreadable_secret"  # noqa: S105 - a name, not a secret
    SANDBOX_OFF = "sandbox_off"
    SITE_NOT_PUBLIC = "site_not_public"
