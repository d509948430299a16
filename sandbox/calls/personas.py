"""The simulated callers. What they say is in `sandbox.calls.callers`, by language and trade."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Persona:
    """A simulated caller: its name on the page, its wishes in order, and why the call ends.

    The length of the call decides how many wishes come up. `hangs_up_at` is the value at whose question the caller
    hangs up (`sandbox.conversation.tasks.TASKS`).
    """

    label: Promise
    wishes: tuple[str, ...]
    ended_reason: str = "customer-ended-call"
    hangs_up_at: str = ""


PERSONAS = {
    "appointment": Persona(_("Wants an appointment"), ("book", "hours", "price", "message")),
    "questions": Persona(_("Asks about hours and prices"), ("hours", "price", "message", "book")),
    "message": Persona(_("Leaves a message"), ("message", "hours", "price", "book")),
    "hurried": Persona(_("Hangs up in the middle"), ("book",), hangs_up_at="phone"),
    "silent": Persona(_("Says nothing"), (), "silence-timed-out"),
}

LENGTHS = {"short": _("A short call"), "medium": _("A call of medium length"), "long": _("A long call")}
WISHES_IN = {"short": 1, "medium": 2, "long": 4}
# Numbers that are called and end in these digits are answered by these callers, like Twilio's magic numbers.
ANSWERED_BY = {"0011": "appointment", "0012": "questions", "0013": "message"}
