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
            remedy=_("Connect Twilio: it brings the number that people call."),
            ours=False,
        )
    if problem == Reason.CHANGED:
        return Explanation(
            what=_("Vapi has another version, changed outside AvaFirst AI."),
            remedy=_("Keep it, or send yours again."),
            ours=False,
        )
    if problem == Reason.LOST:
        return Explanation(
            what=_("Vapi no longer has this assistant."),
            remedy=_("One press makes a new copy, with everything you see here."),
            ours=False,
        )
    if problem == Reason.NO_VOICE:
        return Explanation(
            what=_("The voice or the language is no longer offered."),
            remedy=_("Choose another one. Until then, Vapi keeps what it has."),
            ours=False,
        )
    return explain(problem, "vapi", refusal=refusal)
