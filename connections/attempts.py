"""Runs a service for a form or a button, and reports each outcome in the form or in a message.

Shared by the connections pages and the onboarding.
"""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from connections.base import Connection
from connections.forms import ConnectionForm
from connections.health import checks
from connections.problems import ProviderError
from connections.provider import ProviderSpec
from connections.rate_limits import hit_attempt, hit_test_call
from connections.twilio.model import TwilioConnection
from connections.twilio.ring_form import RingForm
from connections.twilio.test_call import call_from_number
from core.security.rate_limits import LimitedError
from core.web.rate_limit_responses import wait_sentence
from organizations.models import Membership


def connect(spec: ProviderSpec, form: ConnectionForm, *, actor: Membership) -> Connection | None:
    """Connect the account in the form; None where the form holds the errors. Raises LimitedError."""
    if not form.is_valid():
        if form.errors.keys() == {"phone_number"}:
            _offer_numbers(form)
        return None
    try:
        hit_attempt(actor.organization)
        return spec.connect(actor=actor, **form.cleaned_data)
    except LimitedError as limited:
        form.add_error(None, wait_sentence(limited.retry_after))
        raise
    except ProviderError as error:
        form.add_provider_error(error)
        if form.errors.keys() == {"phone_number"}:
            with suppress(ProviderError):
                form.offer_numbers()
        return None


def show_numbers(form: ConnectionForm) -> None:
    """Have the form offer the numbers of its account, or say what is wrong with the login; no number is needed yet."""
    _offer_numbers(form)
    form.errors.pop("phone_number", None)


def _offer_numbers(form: ConnectionForm) -> None:
    if form.errors.keys() - {"phone_number"}:
        return
    try:
        hit_attempt(form.organization)
        form.offer_numbers()
    except LimitedError as limited:
        form.add_error(None, wait_sentence(limited.retry_after))
    except ProviderError as error:
        form.add_provider_error(error)


def check(connection: Connection, *, request: HttpRequest) -> None:
    """Check the connection now and report the result in a message. Raises LimitedError, also with a message."""
    try:
        hit_attempt(connection.organization)
    except LimitedError as limited:
        messages.error(request, wait_sentence(limited.retry_after))
        raise
    row = checks.check(connection)
    name = {"provider": connection.provider.label}
    if row is None:  # the credentials were replaced meanwhile: nothing is known about the new ones
        return
    if row.explanation:
        messages.error(request, _("The check found a problem with %(provider)s.") % name)
    elif row.misses:
        messages.warning(
            request, _("%(provider)s did not answer this time. We try again by ourselves.") % name
        )
    else:
        messages.success(request, _("%(provider)s answers. The connection works.") % name)


def ring(form: RingForm, twilio: TwilioConnection, *, actor: Membership, request: HttpRequest) -> bool:
    """Call the number in the form; False where the form holds the errors. Raises LimitedError."""
    if not form.is_valid():
        return False
    to = form.cleaned_data["to"]
    try:
        hit_test_call(actor.organization, str(to.as_e164))
        call_from_number(twilio, actor=actor, to=to)
    except LimitedError as limited:
        form.add_error(None, wait_sentence(limited.retry_after))
        raise
    except ProviderError as error:
        form.add_error("to", error.explanation.sentences)
        return False
    if twilio.is_sandbox:
        words = _("The call to %(number)s was placed. In trial mode it is simulated: no phone rings.")
    else:
        words = _("%(number)s rings in a moment.")
    messages.success(request, words % {"number": to.as_international})
    return True
