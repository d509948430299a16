"""What people try on the page of the connections and in the guided steps, with every way it can end put into words."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from connections.forms import RingForm, TwilioForm, VapiForm
from connections.health import checks
from connections.models import AnyConnection
from connections.problems import ProviderError
from connections.rate_limits import hit_attempt, hit_test_call
from connections.services import connect_twilio, connect_vapi
from connections.twilio.test_call import place_test_call
from core.security.rate_limits import LimitedError
from core.web.rate_limit_responses import wait_sentence
from organizations.models import Membership


def connect(form: VapiForm | TwilioForm, *, actor: Membership) -> AnyConnection | None:
    """Connect the account that the form names; None where the form says why not.

    Raises LimitedError, which the form says as well.
    """
    if not form.is_valid():
        return None
    journey = connect_vapi if isinstance(form, VapiForm) else connect_twilio
    try:
        hit_attempt(actor.organization)
        connected: AnyConnection = journey(actor=actor, **form.cleaned_data)
    except LimitedError as limited:
        form.add_error(None, wait_sentence(limited.retry_after))
        raise
    except ProviderError as error:
        form.refuse(error)
        return None
    return connected


def check(connection: AnyConnection, *, request: HttpRequest) -> None:
    """Ask the provider now, and say in a message what came of it. Raises LimitedError, which a message says as well."""
    try:
        hit_attempt(connection.organization)
    except LimitedError as limited:
        messages.error(request, wait_sentence(limited.retry_after))
        raise
    row = checks.check(connection)
    name = {"provider": connection.provider.label}
    if row is None or row.explanation or row.misses:
        messages.error(request, _("%(provider)s did not answer as it should.") % name)
    else:
        messages.success(request, _("%(provider)s answers. The connection works.") % name)


def ring(form: RingForm, *, actor: Membership, request: HttpRequest) -> bool:
    """Ring the number that the form holds; False where the form says why not.

    Raises LimitedError, which the form says as well.
    """
    if not form.is_valid():
        return False
    to = form.cleaned_data["to"]
    try:
        hit_test_call(actor.organization, str(to.as_e164))
        place_test_call(actor=actor, to=to)
    except LimitedError as limited:
        form.add_error(None, wait_sentence(limited.retry_after))
        raise
    except ProviderError as error:
        form.add_error("to", f"{error.explanation.what} {error.explanation.remedy}")
        return False
    messages.success(request, _("%(number)s rings in a moment.") % {"number": to.as_international})
    return True
