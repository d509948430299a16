"""An assistant as the stand-in plays it: its language and gender, its trade, the facts that it knows."""

import re
from typing import Any

from sandbox.conversation.assistant import inflect, language_of, prompt_of, trade_of
from sandbox.conversation.facts import find_answer, find_part, read_facts
from sandbox.conversation.hours import asked_day, hours_on
from sandbox.conversation.tasks import bare
from sandbox.conversation.values import normalized
from sandbox.conversation.words import LANGUAGES

FACTS = ("hours", "closures", "address", "access", "prices", "not_done")
# The fact that answers where the one that was asked for is not known.
INSTEAD = {"access": "address", "closures": "hours"}


class Speaker:
    """Speaks the lines of an assistant's language in its gender, and tells its facts."""

    def __init__(self, assistant: dict[str, Any]) -> None:
        self.language = LANGUAGES[language_of(assistant)]
        self.prompt = prompt_of(assistant)
        self.trade = trade_of(self.prompt, self.language)
        self.facts = read_facts(self.prompt, self.language)

    @property
    def thing(self) -> str:
        """What callers of this trade book or order."""
        return bare(self.language.things.get(self.trade, self.language.things[""]))

    def say(self, line: str, **values: str) -> str:
        """A line of the language."""
        return inflect(self.language.lines[line], self.prompt, self.language).format(**values)

    def intent_of(self, text: str, *among: str) -> str:
        """The first intent (of these, or of all) whose pattern what was said holds; "" for none."""
        said = normalized(text)
        known = self.language.intents
        return next((name for name in among or known if name in known and re.search(known[name], said)), "")

    def is_question(self, text: str) -> bool:
        return re.search(self.language.questions, normalized(text)) is not None

    def tell_own(self, text: str) -> str:
        """The organisation's own answer to a question; "" where it has none."""
        return find_answer(self.facts, text, self.language)

    def tell(self, name: str, text: str) -> str:
        """The answer to a question about a fact; "" where the prompt does not say."""
        if own := self.tell_own(text):
            return own
        if not self.facts.get(name):
            name = INSTEAD.get(name, name)
        fact = self.facts.get(name)
        if not fact:
            return ""
        if name == "hours":
            return self._hours(fact, normalized(text))
        return self.say(name, fact=find_part(fact, text, self.language) if name == "prices" else fact)

    def _hours(self, fact: str, said: str) -> str:
        day = asked_day(said, self.language)
        if day is None:
            return self.say("hours", fact=fact)
        name, found = self.language.weekday_names[day], hours_on(fact, day, self.language)
        if found.is_closed:
            return self.say("closed_day", day=name)
        if not found.text:
            return self.say("unlisted_day", day=name, fact=fact)
        return self.say("open_day", day=name, fact=f"{found.text}.")
