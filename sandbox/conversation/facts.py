"""Reads the facts of an organisation from a prompt, as a language model would: lines `- <label>: <text>`.

The prompts of owners who wrote theirs freely have none; then a sentence with an hour or a price serves.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from sandbox.conversation.words.language import Language

_LINE = re.compile(r"^[-•*] *(.+)$", re.MULTILINE)
# One way only to match: with optional spaces around the groups, a line of spaces took cubic time.
_QUESTION = re.compile(r"^[«“\"„]([^»”\"]+)[»”\"](.+)$")
_LOOSE = {
    "hours": re.compile(r"\b\d{1,2} ?(h\b|h\d\d|:\d\d|am\b|pm\b)|24/7", re.IGNORECASE),
    "prices": re.compile(r"\d ?(€|₪|\$|£|euros?|eur\b|shekels?|dollars?|ש\"ח|שקל)|[€₪$£] ?\d", re.IGNORECASE),
}
_PREFIXES = re.compile(r"^[והבלמשכ]{1,2}(?=[א-ת]{3})")
LONGEST = 400  # characters of a fact in one answer
ENOUGH = 0.5  # share of an own question's words that the caller's question has


@dataclass(frozen=True)
class Facts:
    """What a prompt says of the organisation: by name (`Language.labels`), and its own questions with answers."""

    by_name: dict[str, str] = field(default_factory=dict)
    questions: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        return self.by_name.get(name, "")


@lru_cache(maxsize=256)
def read_facts(prompt: str, language: Language) -> Facts:
    """The facts in a prompt."""
    by_name: dict[str, str] = {}
    questions: list[tuple[str, str]] = []
    for line in _LINE.findall(prompt):
        if asked := _QUESTION.match(line):
            questions.append((asked[1].strip(), asked[2].strip()))
            continue
        label, colon, text = line.partition(":")
        name = _name_of(label.strip().lower(), language) if colon else ""
        if name and text.strip() and language.unfilled not in text.lower():
            by_name.setdefault(name, shown(text))
    return Facts(by_name | _loose(prompt, by_name), tuple(questions))


def _name_of(label: str, language: Language) -> str:
    return next((name for name, pattern in language.labels.items() if re.fullmatch(pattern, label)), "")


def _loose(prompt: str, known: dict[str, str]) -> dict[str, str]:
    sentences = re.split(r"\n+|(?<=[.!?]) ", prompt)
    found = {}
    for name, pattern in _LOOSE.items():
        if name not in known and (said := next((one for one in sentences if pattern.search(one)), "")):
            found[name] = shown(said)
    return found


def shown(text: str) -> str:
    """A fact as the end of a sentence: one line, one full stop."""
    line = " ".join(text.split()).strip(" -*•#;,")[:LONGEST]
    return line if line.endswith((".", "!", "?")) else f"{line}."


def find_answer(facts: Facts, said: str, language: Language) -> str:
    """The answer to the own question that shares most words with what was said; "" where none shares enough."""
    words = words_of(said, language)
    rated = [(_share(words_of(question, language), words), answer) for question, answer in facts.questions]
    best = max(rated, default=(0.0, ""))
    return shown(best[1]) if best[0] >= ENOUGH else ""


def find_part(fact: str, said: str, language: Language) -> str:
    """The parts of a fact that name what was said ("baguette"); the whole fact where none does."""
    parts = [
        part.strip(" .") for part in re.split(r"[;\n]|,(?=\s*[^\d\s])|(?<=\D)\. ", fact) if part.strip(" .")
    ]
    words = words_of(said, language)
    found = [part for part in parts if words & words_of(part, language)]
    return shown(", ".join(found)) if 0 < len(found) < len(parts) else fact


def words_of(text: str, language: Language) -> set[str]:
    """The stems of the words that say what a text is about."""
    words = re.findall(r"[^\W\d_]+", text.lower().replace("'", "’"))
    kept = (word for word in words if len(word) > 2 and word not in language.stop)
    return {_PREFIXES.sub("", word)[:5].rstrip("s") for word in kept}


def _share(wanted: set[str], given: set[str]) -> float:
    return len(wanted & given) / len(wanted) if wanted else 0.0
