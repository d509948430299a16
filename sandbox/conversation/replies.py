"""The answer of a stand-in's assistant to what a caller says."""

import re
from dataclasses import dataclass
from typing import Any

from sandbox.conversation import tasks
from sandbox.conversation.speaker import FACTS, Speaker
from sandbox.conversation.state import State
from sandbox.conversation.values import normalized, noted
from sandbox.conversation.words import LANGUAGES

ABOUT_TALK = ("danger", "robot", "slower", "repeat", "french", "english", "hebrew")
# The task that an intent begins, and the line with which it does.
STARTS = {
    "cancel": ("cancel", "start_cancel"),
    "change": ("change", "start_change"),
    "order": ("order", "start_order"),
    "booking": ("booking", "start_booking"),
    "emergencies": ("message", "start_urgent"),
    "human": ("message", "start_human"),
    "message": ("message", "start_message"),
    "request": ("message", "start_request"),
}
SELLS = {"bakery", "shop"}  # trades where callers order, and book nothing
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


class Turn:
    """One turn of a conversation, which changes its state."""

    def __init__(self, speaker: Speaker, state: State) -> None:
        self.speaker, self.state = speaker, state

    def answer(self, text: str) -> str:
        """The assistant's next sentence."""
        if about_talk := self.speaker.intent_of(text, *ABOUT_TALK):
            return self._about_talk(about_talk)
        if self.state.asking in tasks.AS_SAID and not self.speaker.intent_of(text, "goodbye"):
            return self._go_on(self._heard(tasks.hear(self.state, text, self.speaker.language)))
        if self.state.asking == "confirm":
            return self._confirm(text)
        if self.state.asking in {"offer", "more"} and (told := self._yes_or_no(text)):
            return told
        intent = self._intent(text)
        if intent == "goodbye":
            return self._end()
        return self._in_task(text, intent) if self.state.task else self._outside_task(text, intent)

    def _intent(self, text: str) -> str:
        """What the caller wants; "do you …?" is about what is not done only where the prompt says something of it."""
        found = self.speaker.intent_of(text)
        if found != "not_done" or self.speaker.facts.get("not_done"):
            return found
        rest = [name for name in self.speaker.language.intents if name not in {"not_done", *ABOUT_TALK}]
        return self.speaker.intent_of(text, *rest)

    def _about_talk(self, intent: str) -> str:
        if intent in self.speaker.language.lines and intent in {"french", "english", "hebrew"}:
            self.state.task, self.state.asking = "", "offer"
            return self.speaker.say(intent)
        if intent not in self.speaker.language.lines:  # the caller asks for the language that is spoken
            return self.speaker.say("listening")
        told = self.speaker.say(intent, last=self.state.last or self.speaker.say("hello"))
        return f"{told} {self._question()}".strip() if intent == "robot" and self.state.task else told

    def _end(self) -> str:
        self.state.is_over = True
        return self.speaker.say("goodbye")

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

    def _confirm(self, text: str) -> str:
        """What follows a read-back: corrections win over a yes, and a question is answered first."""
        intent = self._intent(text)
        if intent in FACTS and self.speaker.is_question(text):
            return self._in_task(text, intent)
        if tasks.hear(self.state, text, self.speaker.language):
            return self._go_on(self.speaker.say("fixed"))
        if self.speaker.intent_of(text, "no"):
            return self._fix(text)
        if self.speaker.intent_of(text, "yes", "goodbye", "thanks"):
            return self._done(is_leaving=intent == "goodbye")
        return self._in_task(text, intent)

    def _done(self, *, is_leaving: bool) -> str:
        told = self.speaker.say(f"done_{self.state.task}")
        self.state.finish()
        return f"{told.rpartition('. ')[0]}. {self._end()}" if is_leaving else told

    def _fix(self, text: str) -> str:
        """Ask again for the value that is named ("the number"), else which one is wrong; then for the day or name."""
        words = self.speaker.language.value_words
        wanted = tasks.TASKS[self.state.task]
        named = [name for name in wanted if re.search(words[name], normalized(text))]
        if not named and self.state.asking == "fix":
            named = [wanted[0]]
        if not named:
            self.state.asking = "fix"
            return self.speaker.say("fix")
        for name in named:
            self.state.values.pop(tasks.key_of(name), None)
        return self._go_on("")

    # Tasks

    def _begin(self, task: str, line: str, matter: str = "") -> str:
        self.state.begin(task)
        self.state.about = ""
        if matter:
            self.state.values["matter"] = noted(matter, self.speaker.language)
        return self._go_on(self.speaker.say(line))

    def _go_on(self, before: str) -> str:
        """Ask for the next value, or read everything back."""
        self.state.misses = 0
        self.state.asking = tasks.next_value(self.state, self.speaker.trade) or "confirm"
        return f"{before} {self._question()}".strip()

    def _question(self) -> str:
        if self.state.asking == "confirm":
            summary = tasks.summarize(self.state, self.speaker.language, self.speaker.trade)
            return self.speaker.say("read_back", summary=summary)
        return self.speaker.say("fix" if self.state.asking == "fix" else f"ask_{self.state.asking}")

    def _in_task(self, text: str, intent: str) -> str:
        if intent in FACTS and self.speaker.is_question(text):
            told = self.speaker.tell(intent, text) or self.speaker.say("unknown_here")
            return f"{told} {self._question()}"
        task = STARTS.get(intent, ("",))[0]
        if task in {"cancel", "change"} and task != self.state.task:
            return self._start(intent, text)
        is_fixing = self.state.asking == "fix"
        if new := tasks.hear(self.state, text, self.speaker.language):
            return self._go_on(self.speaker.say("fixed") if is_fixing else self._heard(new))
        if is_fixing:
            return self._fix(text)
        if task and task != self.state.task and intent != "request":
            return self._start(intent, text)
        return self._missed()

    def _heard(self, new: list[str]) -> str:
        """A word for what was heard; before it is read back, none but the name."""
        if "name" in new:
            return self.speaker.say("heard_name", name=self.state.values["name"])
        if not tasks.next_value(self.state, self.speaker.trade):
            return ""
        if "phone" in new:
            return self.speaker.say("heard_phone", phone=self.state.values["phone"])
        line = f"heard_{new[-1]}"
        return self.speaker.say(line if line in self.speaker.language.lines else "heard")

    def _missed(self) -> str:
        """Ask in other words; the second time, go on without the value."""
        self.state.misses += 1
        if self.state.asking == "confirm":
            return self._question()
        if self.state.misses == 1:
            return self.speaker.say(f"again_{self.state.asking}")
        self.state.values[tasks.key_of(self.state.asking)] = ""
        return self._go_on(self.speaker.say("skipped"))

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

    def _start(self, intent: str, text: str) -> str:
        if intent == "booking" and self.speaker.trade in SELLS:
            intent = "order"
        elif intent == "order" and self.speaker.trade not in {*SELLS, ""}:
            intent = "request"
        task, line = STARTS[intent]
        self.state.begin(task)
        tasks.hear(self.state, text, self.speaker.language)
        if intent in {"request", "emergencies"}:
            self.state.values["matter"] = noted(text, self.speaker.language)
        return self._go_on(self.speaker.say(line))

    def _other(self, text: str, intent: str) -> str:
        """What no pattern knows: a question is passed on, a sentence becomes a message, anything else is asked again."""
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
