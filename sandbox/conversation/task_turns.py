"""Leads a caller through a task: asks, hears, reads back, corrects."""

import re

from sandbox.conversation import tasks
from sandbox.conversation.speaker import FACTS, Speaker
from sandbox.conversation.state import State
from sandbox.conversation.values import normalized, noted

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


class TaskTurn:
    """The part of a turn that belongs to a task; it changes the state of the conversation."""

    def __init__(self, speaker: Speaker, state: State) -> None:
        self.speaker, self.state = speaker, state

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

    def _intent(self, text: str) -> str:
        """What the caller wants; "do you …?" is about what is not done only where the prompt says something of it."""
        found = self.speaker.intent_of(text)
        if found != "not_done" or self.speaker.facts.get("not_done"):
            return found
        rest = [name for name in self.speaker.language.intents if name not in {"not_done", *ABOUT_TALK}]
        return self.speaker.intent_of(text, *rest)

    def _end(self) -> str:
        self.state.is_over = True
        return self.speaker.say("goodbye")
