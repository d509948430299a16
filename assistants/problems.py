"""Why a row and its copy at Vapi differ, in words."""

from django.db import models
from django.utils.translation import gettext as _

from connections.problems import Explanation, explain


class Reason(models.TextChoices):
    """Values of `sync_problem` beside those of `connections.problems.Problem`."""

    NOT_CONNECTED = "not_connected"
    NO_NUMBER = "no_number"
    CHANGED = "changed"
    LOST = "lost"
    NO_VOICE = "no_voice"


def explain_sync(problem: str, *, refusal: str = "") -> Explanation:
    """Why a row is not up to date at Vapi, and the remedy; `refusal` is what Vapi said."""
    if problem == Reason.NOT_CONNECTED:
        return Explanation(
            what=_("Vapi is not connected."),
            remedy=_("Everything is kept here and will be sent as soon as Vapi is connected."),
            ours=False,
        )
    if problem == Reason.NO_NUMBER:
        return Explanation(
            what=_("No phone number is connected."),
            remedy=_("Connect Twilio, and callers will reach this assistant."),
            ours=False,
        )
    if problem == Reason.CHANGED:
        return Explanation(
            what=_("It was changed at Vapi, outside AvaFirst AI."),
            remedy=_("Callers hear Vapi’s version until you send yours again."),
            ours=False,
        )
    if problem == Reason.LOST:
        return Explanation(
            what=_("It no longer exists at Vapi."),
            remedy=_("Repair it: it is made anew with everything you see here."),
            ours=False,
        )
    if problem == Reason.NO_VOICE:
        return Explanation(
            what=_("Its voice or its language is no longer offered."),
            remedy=_("Edit it and choose again. Until then Vapi keeps what it has."),
            ours=False,
        )
    return explain(problem, "vapi", refusal=refusal)
