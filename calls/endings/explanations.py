"""What to tell users about a call's end: what happened, on whose side, what to do."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assistants.grammar import inflect
from assistants.models import Assistant
from calls.endings.causes import Cause

Words = str | Promise

THEIRS = _("The other person’s. Neither Vapi nor Twilio is at fault.")
YOURS = _("Yours. Neither Vapi nor Twilio is at fault.")
PHONE_LINE = _("The phone line’s: Twilio, or the telephone company behind it.")
NOTHING = _("Nothing to do.")
IF_AGAIN = _("Nothing after one call. If it happens again, check the connections.")


@dataclass(frozen=True)
class Explanation:
    """Four facts about an ending. `tone` colours its badge: good, info, warn, bad or hollow."""

    tone: str
    happened: Words
    side: Words
    remedy: Words


@dataclass(frozen=True)
class _Spoken:
    """A sentence about the assistant, with `%(name)s`, in both grammatical genders."""

    feminine: Words
    masculine: Words

    def about(self, assistant: Assistant | None) -> str:
        """The sentence about this assistant, or about one that has been deleted."""
        if assistant is None:
            return str(self.masculine) % {"name": _("The assistant")}
        return str(inflect(assistant, feminine=self.feminine, masculine=self.masculine)) % {
            "name": assistant.name
        }


_SENTENCES: dict[Cause, _Spoken] = {
    Cause.ASSISTANT_ENDED: _Spoken(
        pgettext_lazy("feminine", "%(name)s said goodbye and ended the call."),
        pgettext_lazy("masculine", "%(name)s said goodbye and ended the call."),
    ),
    Cause.FORWARDED: _Spoken(
        pgettext_lazy("feminine", "%(name)s put the caller through to another number."),
        pgettext_lazy("masculine", "%(name)s put the caller through to another number."),
    ),
    Cause.SILENCE: _Spoken(
        pgettext_lazy("feminine", "%(name)s heard nothing for a while and ended the call."),
        pgettext_lazy("masculine", "%(name)s heard nothing for a while and ended the call."),
    ),
}

_EXPLANATIONS: dict[Cause, Explanation] = {
    Cause.CUSTOMER_ENDED: Explanation("good", _("The other person hung up."), THEIRS, NOTHING),
    Cause.ASSISTANT_ENDED: Explanation("good", "", YOURS, NOTHING),
    Cause.FORWARDED: Explanation("info", "", YOURS, NOTHING),
    Cause.MISSED: Explanation(
        "bad",
        _("The caller hung up before the call was answered."),
        THEIRS,
        _("Call back if you know the number."),
    ),
    Cause.NOT_REACHED: Explanation(
        "hollow",
        _("The line was busy, no one picked up, a machine answered, or the number does not exist."),
        THEIRS,
        _("Check the number, and call again later."),
    ),
    Cause.SILENCE: Explanation(
        "hollow", "", THEIRS, _("Nothing, unless it happens often: then call your number and listen.")
    ),
    Cause.TOO_LONG: Explanation(
        "warn",
        _("The call reached its longest permitted duration and was cut off."),
        YOURS,
        _("Read the end of the conversation, and call back if something was left open."),
    ),
    Cause.TRANSFER_FAILED: Explanation(
        "warn",
        _("The call was to be put through, but no one took it in time."),
        _("Yours: the person to whom the call was to go did not answer."),
        _("Call back, and check to whom calls are put through."),
    ),
    Cause.STOPPED: Explanation(
        "hollow",
        _("The call was cancelled, or turned away by a rule on your number."),
        YOURS,
        NOTHING,
    ),
    Cause.LINE_FAILED: Explanation(
        "bad", _("The phone connection could not be made, or it broke off."), PHONE_LINE, IF_AGAIN
    ),
    Cause.MODEL_FAILED: Explanation(
        "bad",
        _("The language model that finds the answers did not reply."),
        _("The model’s provider, behind Vapi. You did nothing wrong."),
        _("Call back. Such outages usually pass within minutes."),
    ),
    Cause.VOICE_FAILED: Explanation(
        "bad",
        _("The service that speaks with the assistant’s voice did not reply."),
        _("The voice’s provider, behind Vapi. You did nothing wrong."),
        _("Call back. If it happens again, choose another voice."),
    ),
    Cause.HEARING_FAILED: Explanation(
        "bad",
        _("The service that turns speech into text did not reply."),
        _("The provider of speech recognition, behind Vapi. You did nothing wrong."),
        _("Call back. Such outages usually pass within minutes."),
    ),
    Cause.VAPI_FAILED: Explanation(
        "bad",
        _("Vapi had an outage during the call."),
        _("Vapi’s. You did nothing wrong."),
        _("Call back. If it happens again, look at Vapi’s status page."),
    ),
    Cause.CREDIT: Explanation(
        "bad",
        _("An account that pays for the call has no credit left, or has used up its quota."),
        _("Yours: the balance of your Vapi account, or of a provider connected to it."),
        _("Top up the account at Vapi, so that calls are answered again."),
    ),
    Cause.LIMIT: Explanation(
        "bad",
        _("More calls arrived than your Vapi account allows at once, or in a day."),
        _("Yours: the limit of your Vapi account."),
        _("Call back. If it happens often, ask Vapi for more lines."),
    ),
    Cause.CONFIGURATION: Explanation(
        "bad",
        _("Something in the settings at Vapi is wrong: a key, a voice, a model or a number was refused."),
        _("Yours: the settings of the assistant or of the Vapi account."),
        _("Check the connections, then save the assistant once more."),
    ),
    Cause.OTHER: Explanation(
        "hollow",
        _("Vapi gave no reason, or one that we do not know yet."),
        _("Not known."),
        _("Nothing to do: the people who run this service have been told."),
    ),
}

# The call came as far as Twilio, and no further.
_UNANSWERED = Explanation(
    "bad",
    _("Nobody answered: the call reached your number, and no assistant took it."),
    _("The line’s, between Twilio and Vapi."),
    _("Call back if you know the number, and check on the connections page that your number is answered."),
)
_REACHED_TWILIO_ALONE = frozenset({"twilio-busy", "twilio-completed", "twilio-failed"})


def tone_of(cause: Cause) -> str:
    """The colour of the cause's badge."""
    return _EXPLANATIONS[cause].tone


def explain(cause: Cause, assistant: Assistant | None, reason: str = "") -> Explanation:
    """What to say about a cause, by the assistant's name where she or he is its subject.

    `reason` is the call's `ended_reason`: it tells a missed call whose caller gave up from one that was not answered.
    """
    if reason in _REACHED_TWILIO_ALONE:
        return _UNANSWERED
    found = _EXPLANATIONS[cause]
    sentence = _SENTENCES.get(cause)
    happened = sentence.about(assistant) if sentence else found.happened
    return Explanation(found.tone, happened, found.side, found.remedy)
