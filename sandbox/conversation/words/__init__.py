"""The tables of each language: what assistants say, and the patterns by which they understand callers.

`[a|b]` in a line is the form for a feminine or a masculine voice. Hebrew addresses callers in the plural.
"""

from sandbox.conversation.words import en, fr, he
from sandbox.conversation.words.language import Language

LANGUAGES: dict[str, Language] = {"fr": fr.FRENCH, "en": en.ENGLISH, "he": he.HEBREW}
