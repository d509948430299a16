"""What a line says about each cause: a headline, one sentence, one button."""

from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assistants.grammar import inflect
from assistants.line import actions
from assistants.line.actions import Action
from assistants.line.facts import LineFacts
from assistants.models import Assistant
from assistants.problems import Reason, explain_sync
from connections.base import Connection
from connections.enums import Provider

# Sentences are HTML: names and numbers stand in <bdi>, a provider's own words are quoted.


@dataclass(frozen=True)
class Statement:
    """`action` is None where nothing is to be done, or a task does it."""

    headline: str
    sentence: str = ""
    action: Action | None = None


def fill(words: str, facts: LineFacts) -> SafeString:
    """A translated sentence with the assistant's name and the number in it."""
    name = facts.answering.name if facts.answering else ""
    return mark_safe(  # noqa: S308 - every part is escaped
        conditional_escape(words)
        % {
            "name": format_html("<bdi>{}</bdi>", name),
            "number": format_html('<bdi dir="ltr">{}</bdi>', facts.number),
        }
    )


def no_vapi(facts: LineFacts) -> Statement:
    """The first account of two is missing."""
    return Statement(
        _("Your line is not open yet."),
        _("Connect Vapi: it gives your assistant its voice."),
        actions.connect(Provider.VAPI),
    )


def no_twilio(facts: LineFacts) -> Statement:
    """The number is missing."""
    return Statement(
        _("Your line is not open yet."),
        _("Connect Twilio: it brings the number that people call."),
        actions.connect(Provider.TWILIO),
    )


def vapi_failing(facts: LineFacts) -> Statement:
    """Vapi refuses the account or does not answer."""
    assert facts.vapi is not None  # noqa: S101 - for the type checker
    return _account_failing(facts.vapi)


def twilio_failing(facts: LineFacts) -> Statement:
    """Twilio refuses the account or does not answer."""
    assert facts.twilio is not None  # noqa: S101 - for the type checker
    return _account_failing(facts.twilio)


def _account_failing(connection: Connection) -> Statement:
    """In the words of the connection's card and of the mail about it."""
    assert connection.explanation is not None  # noqa: S101 - for the type checker
    return Statement(
        connection.explanation.what, str(connection.consequence), actions.repair_account(connection)
    )


def number_refused(facts: LineFacts) -> Statement:
    """Vapi does not have the number, and no task is going to change that."""
    explanation = facts.twilio.number_explanation if facts.twilio else None
    assert explanation is not None  # noqa: S101 - for the type checker
    return Statement(
        _("Nobody answers your number any more."), explanation.sentences, actions.hand_over_number()
    )


def number_on_its_way(facts: LineFacts) -> Statement:
    """The number is being imported."""
    explanation = facts.twilio.number_explanation if facts.twilio else None
    headline = fill(_("Your number %(number)s is being set up."), facts)
    if explanation is None:
        return Statement(headline, _("Vapi is being told of it. This takes a few seconds."))
    return Statement(headline, _trying(explanation.what))


def no_assistant(facts: LineFacts) -> Statement:
    """Both accounts work; nothing would answer."""
    sentence = fill(_("Nobody answers %(number)s yet: an assistant is missing."), facts)
    return Statement(_("Your line is not open yet."), sentence, actions.create_assistant())


def none_answers(facts: LineFacts) -> Statement:
    """There are assistants, but the one that answered was deleted."""
    sentence = fill(_("No assistant is chosen for %(number)s."), facts)
    return Statement(_("Nobody answers your number any more."), sentence, actions.choose_answering())


def assistant_lost(facts: LineFacts) -> Statement:
    """Its copy was deleted at Vapi."""
    assistant = _answering(facts)
    label = inflect(
        assistant,
        feminine=pgettext("feminine", "Create her again"),
        masculine=pgettext("masculine", "Create him again"),
    )
    sentences = explain_sync(Reason.LOST).sentences
    return Statement(
        _("Nobody answers your number any more."), sentences, actions.send_again(assistant, label)
    )


def line_refused(facts: LineFacts) -> Statement:
    """Vapi refused to point the number at the assistant."""
    assert facts.line is not None  # noqa: S101 - for the type checker
    return _refused(facts, facts.line.sync_problem, facts.line.refusal)


def assistant_refused(facts: LineFacts) -> Statement:
    """Vapi refused the first copy."""
    assistant = _answering(facts)
    return _refused(facts, assistant.sync_problem, assistant.refusal)


def _refused(facts: LineFacts, problem: str, refusal: str) -> Statement:
    explanation = explain_sync(problem, refusal=refusal)
    return Statement(
        fill(_("%(name)s cannot answer your number."), facts),
        explanation.sentences,
        actions.send_again(_answering(facts), _("Send again")),
    )


def no_voice(facts: LineFacts) -> Statement:
    """A copy was never made, since this release lacks the voice."""
    headline = fill(_("%(name)s cannot answer your number."), facts)
    return Statement(headline, *_voice_missing(facts))


def _voice_missing(facts: LineFacts) -> tuple[str, Action]:
    return explain_sync(Reason.NO_VOICE).sentences, actions.choose_voice(_answering(facts))


def assistant_on_its_way(facts: LineFacts) -> Statement:
    """The copy is being made, or the number pointed at it."""
    assistant = _answering(facts)
    problem = assistant.sync_problem or (facts.line.sync_problem if facts.line else "")
    headline = fill(_("In a moment, %(name)s answers your number."), facts)
    if not problem:
        return Statement(headline, _("Vapi is being told. This takes a few seconds."))
    return Statement(headline, _trying(explain_sync(problem).what))


def answers(facts: LineFacts) -> Statement:
    """Nothing to say but who answers."""
    return Statement(_answers_headline(facts))


def old_voice(facts: LineFacts) -> Statement:
    """Vapi answers with a voice that this release lacks."""
    return Statement(_answers_headline(facts), *_voice_missing(facts))


def changed(facts: LineFacts) -> Statement:
    """Callers are answered, in a version that is not ours."""
    heard = _("Callers hear that version.")
    sentence = f"{explain_sync(Reason.CHANGED).what} {heard}"
    return Statement(_answers_headline(facts), sentence, actions.compare(_answering(facts)))


def changes_refused(facts: LineFacts) -> Statement:
    """Vapi answers with an earlier version than the one here."""
    assistant = _answering(facts)
    explanation = explain_sync(assistant.sync_problem, refusal=assistant.refusal)
    sentence = format_html("{} {}", _("Your last changes have not reached Vapi."), explanation.sentences)
    action = actions.send_again(assistant, _("Send again"))
    return Statement(_answers_headline(facts), sentence, action)


def changes_on_their_way(facts: LineFacts) -> Statement:
    """Vapi answers with the earlier version for some seconds more."""
    return Statement(_answers_headline(facts), _("Your last changes are on their way to Vapi."))


def _answers_headline(facts: LineFacts) -> SafeString:
    if facts.is_sandbox:
        return fill(_("%(name)s answers simulated calls."), facts)
    return fill(_("%(name)s answers %(number)s."), facts)


def _answering(facts: LineFacts) -> Assistant:
    assert facts.answering is not None  # noqa: S101 - for the type checker
    return facts.answering


def _trying(what: str) -> str:
    goes_on = _("We go on trying by ourselves.")
    return f"{what} {goes_on}"
