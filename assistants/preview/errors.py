"""What can go wrong when an assistant is to chat or to call, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assistants.preview.call import NoNumberError
from assistants.preview.chat import NotAtVapiError
from connections.problems import ProviderError
from connections.selectors import NotConnectedError
from core.security.rate_limits import LimitedError

PREVIEW_ERRORS = (LimitedError, NoNumberError, NotAtVapiError, NotConnectedError, ProviderError)


def explain_error(error: Exception) -> str:
    """One of PREVIEW_ERRORS in words: what happened and what to do."""
    if isinstance(error, ProviderError):
        return error.explanation.sentences
    if isinstance(error, LimitedError):
        minutes = -(-error.retry_after // 60)
        return ngettext(
            "Too many attempts in a short time. Try again in %(count)d minute.",
            "Too many attempts in a short time. Try again in %(count)d minutes.",
            minutes,
        ) % {"count": minutes}
    if isinstance(error, NotAtVapiError):
        return _("Vapi does not know this assistant yet. Try again in a moment.")
    if isinstance(error, NoNumberError):
        return _("No phone number is connected.")
    return _("Vapi is not connected.")
