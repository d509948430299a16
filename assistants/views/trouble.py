"""What goes wrong while an assistant is tried, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assistants.calling import NoNumberError
from assistants.chatting import NotAtVapiError
from connections.problems import ProviderError
from connections.selectors import NotConnectedError
from core.security.rate_limits import LimitedError

TROUBLES = (LimitedError, NoNumberError, NotAtVapiError, NotConnectedError, ProviderError)


def sentence_of(trouble: Exception) -> str:
    """What happened and what to do, in the language of the moment."""
    if isinstance(trouble, ProviderError):
        told = trouble.explanation
        return f"{told.what} {told.remedy}"
    if isinstance(trouble, LimitedError):
        minutes = -(-trouble.retry_after // 60)
        return ngettext(
            "Too many attempts in a short time. Try again in %(count)d minute.",
            "Too many attempts in a short time. Try again in %(count)d minutes.",
            minutes,
        ) % {"count": minutes}
    if isinstance(trouble, NotAtVapiError):
        return _("Vapi does not know this assistant yet. Try again in a moment.")
    if isinstance(trouble, NoNumberError):
        return _("No phone number is connected.")
    return _("Vapi is not connected.")
