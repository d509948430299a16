"""Whether a greeting tells callers that an AI speaks, and the sentence that does (EU AI Act, article 50, paragraph 1).

"Voice assistant" and "virtual assistant" do not count: the former may be a recording, the latter a person at home. The
patterns are also compiled by the browser (static/js/controllers/disclosure.js): no more than both languages share.
"""

import json
import re
from dataclasses import dataclass

# Letters and digits of Latin script. A Hebrew letter may touch a Latin word: it is a prefix.
_L = "0-9A-Za-zÀ-ÖØ-öø-ɏ_"
_MARK = (
    r"intelligences?\s+artificielles?|artificial\s+intelligence|robots?|automates?|(?:chat|voice|call)?[ -]?bots?"
    r"|(?:an|the|our|your|this)\s+ai|(?:une|cette|notre|votre)\s+ia|ai[- ](?:\w+\s+)?(?:assistant|agent|powered)"
)
_HEBREW_MARK = r"[ובהלמשכ]{0,3}(?:בינה\s+ה?מלאכותית|רובוט(?:ית|ים)?|(?:צ['׳]?אט)?בוט)"
_NOT = (
    r"(?:pas|ni|aucun|sans|not|no|never|without|isn['’]t|לא|אינו|אינה|אינם|בלי)\s+"
    r"(?:(?:à|a|an|un|une|avec|with|to|by|the|de|par|עם|talking|speaking|parler|vraiment|really|מדברים)\s+)*"
)

# In capitals only: « j’ai » is a verb. The mark after an apostrophe is one too: « J’AI NOTÉ ».
ABBREVIATION = rf"(?<![{_L}])I\.?A(?![{_L}])|(?<![{_L}'’])A\.?I(?!-J|[{_L}])"
WORDS = rf"(?<![{_L}])(?:{_MARK})(?![{_L}])|(?<![א-ת])(?:{_HEBREW_MARK})(?![א-ת])"
DENIAL = rf"(?<![{_L}א-ת]){_NOT}(?:{_MARK}|{_HEBREW_MARK}|i\.?a|a\.?i)(?![{_L}א-ת])"

SENTENCES = {
    "fr": "Vous parlez à une intelligence artificielle.",
    "he": "אתם מדברים עם בינה מלאכותית.",
    "en": "You are speaking with an AI voice assistant.",
}


@dataclass(frozen=True)
class Disclosure:
    """What a page about a greeting needs to know; `business` is the organisation's name."""

    greeting: str
    language: str
    business: str

    @property
    def is_missing(self) -> bool:
        return bool(self.greeting.strip()) and not discloses_ai(self.greeting, business=self.business)

    @property
    def sentence(self) -> str:
        return SENTENCES.get(self.language, SENTENCES["en"])

    @property
    def for_scripts(self) -> str:
        """JSON, with which the browser does the same while the greeting is typed."""
        rules = {"abbreviation": ABBREVIATION, "words": WORDS, "denial": DENIAL, "letter": _L}
        return json.dumps(rules | {"business": self.business, "sentences": SENTENCES})


def discloses_ai(greeting: str, *, business: str = "") -> bool:
    """Whether a greeting says, in any of the three languages, that an AI speaks; not by the name of the business."""
    name = rf"(?<![{_L}]){re.escape(business)}(?![{_L}])"
    said = re.sub(name, " ", greeting, flags=re.IGNORECASE) if business else greeting
    said = re.sub(DENIAL, " ", said, flags=re.IGNORECASE)
    return bool(re.search(ABBREVIATION, said) or re.search(WORDS, said, flags=re.IGNORECASE))


def disclose_ai(greeting: str, language: str) -> str:
    """The greeting with the sentence of its language before it, once: a second click adds none."""
    sentence = Disclosure(greeting, language, "").sentence
    return greeting if greeting.startswith(sentence) else f"{sentence} {greeting}"
