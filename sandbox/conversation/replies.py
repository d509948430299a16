"""The answer of a stand-in's assistant to what a caller says."""

import re
from dataclasses import dataclass
from typing import Any

from sandbox.conversation import tasks
from sandbox.conversation.speaker import FACTS, Speaker
from sandbox.conversation.state import State
from sandbox.conversation.task_turns import ABOUT_TALK, STARTS, TaskTurn
from sandbox.conversation.values import normalized
from sandbox.conversation.words import LANGUAGES

LONGEST_LAST = 600  # characters of what can be repeated
SENTENCE = 3  # words from which on what is not understood is noted as a message


@dataclass(frozen=True)
class Reply:
    """An answer, and the state after it."""

    text: str
    state: State


def reply(assistant: dict[str, Any], *, text: str, state: State | None = None) -> Reply:
    """Answer what a caller says."""
    turn = Turn(Speaker(assistant), State.from_json((state or State()).as_json()))
    said = turn.answer(text)
    if turn.speaker.intent_of(text, "repeat", "slower") == "":
        turn.state.last = said[:LONGEST_LAST]
    return Reply(said, turn.state)


class Turn(TaskTurn):
    """One turn of a conversation, which changes its state."""

    def answer(self, text: str) -> str:
        """The assistant's next sentence."""
        if about_talk := self.speaker.intent_of(text, *ABOUT_TALK):
            return self._about_talk(about_talk)
        if self.state.asking in tasks.AS_SAID and not self.speaker.intent_of(text, "goodbye"):
            new = tasks.hear(self.state, text, self.speaker.language)
            return self._go_on(self._heard(new)) if new else self._missed()
        if self.state.asking == "confirm":
            return self._confirm(text)
        if self.state.asking in {"offer", "more"} and (told := self._yes_or_no(text)):
            return told
        intent = self._intent(text)
        if intent == "goodbye":
            return self._end()
        return self._in_task(text, intent) if self.state.task else self._outside_task(text, intent)

    def _about_talk(self, intent: str) -> str:
        if intent in {"french", "english", "hebrew"}:
            self.state.task, self.state.asking = "", "offer"
            return self.speaker.say(intent)
        told = self.speaker.say(intent, last=self.state.last or self.speaker.say("hello"))
        return f"{told} {self._question()}".strip() if intent == "robot" and self.state.task else told

    # Answers to what was offered or read back

    def _yes_or_no(self, text: str) -> str:
        """What follows a yes or a no to an offer, or to "anything else?"; "" for what is neither alone."""
        answer = self.speaker.intent_of(text, "yes", "no")
        if not answer or self.speaker.intent_of(text, *STARTS, *FACTS):
            return ""
        if self.state.asking == "more" and answer == "no":
            return self._end()
        if self.state.asking == "more":
            self.state.asking = ""
            return self.speaker.say("listening")
        if answer == "yes":
            return self._begin("message", "start_message", self.state.about)
        self.state.asking, self.state.about = "more", ""
        return self.speaker.say("declined")

    # Outside of a task

    def _outside_task(self, text: str, intent: str) -> str:
        told = self.speaker.tell_own(text) if self.speaker.is_question(text) or intent not in STARTS else ""
        if not told and intent in (*FACTS, "emergencies"):
            told = self.speaker.tell(intent, text)
        if told:
            self.state.misses, self.state.asking = 0, ""
            return told
        if intent in FACTS:
            return self._unknown_fact(text)
        if intent in STARTS:
            return self._start(intent, text)
        if intent == "thanks":
            self.state.asking = "more"
            return self.speaker.say("thanks")
        if intent == "insult":
            return self._missed_outside("insult")
        return self._other(text, intent)

    def _other(self, text: str, intent: str) -> str:
        """What no pattern knows: a question is passed on, a sentence noted, anything else asked again."""
        said = normalized(
            re.sub(self.speaker.language.intents[intent], "", normalized(text)) if intent else text
        )
        words = re.findall(r"[^\W\d_][\w’]*", said)
        if foreign := self._foreign(words):
            return self._about_talk(foreign)
        if len(words) >= SENTENCE and self.speaker.language.common.intersection(words):
            if self.speaker.is_question(text):
                return self._unknown_fact(text)
            return self._begin("message", "start_request", text)
        if intent == "no":
            self.state.asking = "more"
            return self.speaker.say("declined")
        if intent:
            is_first = intent == "greeting" and not self.state.last
            return self.speaker.say("hello" if is_first else "listening")
        return self._missed_outside("unknown")

    def _foreign(self, words: list[str]) -> str:
        """Another language in which a sentence seems to be, as an intent."""
        names = {"fr": "french", "en": "english", "he": "hebrew"}
        counts = {name: len(each.common.intersection(words)) for name, each in LANGUAGES.items()}
        best = max(counts, key=lambda name: counts[name])
        own = len(self.speaker.language.common.intersection(words))
        return names[best] if counts[best] > max(own, 1) else ""

    def _unknown_fact(self, text: str) -> str:
        self.state.asking, self.state.about, self.state.misses = "offer", text, 0
        return self.speaker.say("unknown_fact")

    def _missed_outside(self, line: str) -> str:
        """Ask what the caller wants; the second time, offer to take a message."""
        self.state.misses += 1
        if self.state.misses == 1:
            return self.speaker.say(line, thing=self.speaker.thing)
        self.state.misses, self.state.asking = 0, "offer"
        return self.speaker.say("offer")
