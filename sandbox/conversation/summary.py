"""What a conversation was about, as a language model would extract it: who called, what for, when, how urgent."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sandbox.conversation import tasks
from sandbox.conversation.assistant import language_of
from sandbox.conversation.replies import reply
from sandbox.conversation.speaker import Speaker
from sandbox.conversation.state import State
from sandbox.conversation.values import normalized, noted
from sandbox.conversation.words.language import Language

# What callers say, by language: patterns over `normalized` text. What is not urgent is looked for first.
_NO_HURRY = {
    "fr": r"pas (?:du tout )?(?:urgent|pressé)|rien ne presse|quand vous (?:pouvez|voulez)",
    "en": r"not (?:at all )?urgent|no (?:hurry|rush)|whenever you (?:can|like)",
    "he": r"לא דחוף|לא בוער|אין לחץ|מתי שנוח",
}
_URGENT = {
    "fr": r"urgen|fuit|inond|dès que possible|au plus vite|odeur de gaz|sent le gaz",
    "en": r"urgen|emergenc|leak|flood|as soon as possible|right away|smell (?:of )?gas",
    "he": r"דחופ?|דחוף|דולפ|דולף|נזיל|הצפה|ריח (?:של )?גז|בהקדם",
}
_CALL_BACK = {
    "fr": r"rappel",
    "en": r"(?:call|ring|phone) (?:me |us )?back",
    "he": r"יחזרו|לחזור אל|תחזרו|חזרה טלפונית",
}
_COMPLAINT = {
    "fr": r"réclamation|plainte|me plaindre|inadmissible|pas content",
    "en": r"complain|not happy|unacceptable",
    "he": r"תלונ|להתלונן|לא מרוצ|לא מקובל",
}
_ORDERLY = {"booking", "order", "cancel", "change"}  # tasks about a date


@dataclass
class Extract:
    """The values by which assistants ask for them; empty ones were not spoken of."""

    subject: str = ""
    caller_name: str = ""
    purpose: str = "none"
    callback_number: str = ""
    wanted_at: str = ""
    urgency: str = "normal"
    wishes: str = ""
    unanswered: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)


def extract(assistant: dict[str, Any], said: Iterable[str]) -> dict[str, Any]:
    """The values of a conversation in which the caller said these sentences. The assistant answers them once more."""
    return asdict(_Reader(assistant, list(said)).read())


class _Reader:
    """Follows a conversation from state to state, and keeps the tasks that were taken down."""

    def __init__(self, assistant: dict[str, Any], said: list[str]) -> None:
        self.assistant, self.said = assistant, said
        self.speaker, self.code = Speaker(assistant), language_of(assistant)
        self.language: Language = self.speaker.language
        self.taken: list[State] = []  # before the task was finished
        self.found = Extract()

    def read(self) -> Extract:
        last = self._follow()
        is_open = bool(last.task)
        wanted = [*self.taken, *([last] if is_open else [])]
        self.found.subject = self._subject(wanted)
        self.found.wishes = self._wishes(wanted)
        self.found.wanted_at = next(filter(None, map(self._when, wanted)), "")
        self._read_caller([*wanted, last])
        self.found.purpose, self.found.urgency = self._purpose(wanted), self._urgency()
        if is_open:  # never read back to the caller
            names = ("caller_name", "callback_number", "wanted_at")
            self.found.unsure = [name for name in names if getattr(self.found, name)]
        return self.found

    def _follow(self) -> State:
        """The last state; fills `taken` and the questions without an answer."""
        state = State()
        unknown = [self.speaker.say(line) for line in ("unknown_fact", "unknown_here")]
        for text in self.said:
            answer = reply(self.assistant, text=text, state=state)
            if any(line in answer.text for line in unknown):
                self.found.unanswered.append(noted(text, self.language))
            if state.asking == "confirm" and not answer.state.task:
                self.taken.append(state)
            state = answer.state
        return state

    def _subject(self, wanted: list[State]) -> str:
        """The first task, else the caller's first sentence."""
        told = next(filter(None, map(self._written, wanted)), "")
        first = next((noted(text, self.language) for text in self.said), "")
        return told or f"{first[:1].upper()}{first[1:]}"

    def _wishes(self, wanted: list[State]) -> str:
        """Sentences; a question that is passed on is told as one without an answer."""
        written = dict.fromkeys(self._written(state) for state in wanted)
        questions = {question.casefold() for question in self.found.unanswered}
        told = [text for text in written if text and text.casefold() not in questions]
        return " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in told)

    def _written(self, state: State) -> str:
        """A task in words, without who and on which number; "" before anything of it was said."""
        rest = {name: value for name, value in state.values.items() if name not in {"name", "phone"}}
        if state.task == "message":
            told = rest.get("matter", "")
        elif not any(rest.values()) or (state.task == "order" and not rest.get("what")):
            told = ""
        else:
            told = tasks.summarize(replace(state, values=rest), self.language, self.speaker.trade)
        return told[:1].upper() + told[1:]

    def _when(self, state: State) -> str:
        if state.task not in _ORDERLY:
            return ""
        return " ".join(filter(None, (state.values.get("day"), state.values.get("time"))))

    def _read_caller(self, states: list[State]) -> None:
        names = (state.values.get("name", "") for state in states)
        numbers = (_digits(state.values.get("phone", ""), self.language) for state in states)
        self.found.caller_name = next(filter(None, names), "")
        self.found.callback_number = next(filter(None, numbers), "")

    def _purpose(self, wanted: list[State]) -> str:
        if self._is_said(_COMPLAINT):
            return "complaint"
        if not wanted:
            return "none"
        if wanted[0].task in _ORDERLY:
            return "appointment"
        return "callback" if self.found.unanswered or self._is_said(_CALL_BACK) else "message"

    def _urgency(self) -> str:
        if self._is_said(_NO_HURRY):
            return "low"
        return "urgent" if self._is_said(_URGENT) else "normal"

    def _is_said(self, patterns: dict[str, str]) -> bool:
        return any(re.search(patterns[self.code], normalized(text)) for text in self.said)


def _digits(spoken: str, language: Language) -> str:
    """A number that was taken down digit by digit; "" for "this number"."""
    digits = re.sub(r"\D", "", spoken)
    return f"+{digits}" if digits and spoken.startswith(language.plus) else digits
