"""Takes the values of a task from what a caller says: day, time, number of people, name, telephone number."""

import re

from sandbox.conversation.words.language import Language

LONGEST_TEXT = 300  # characters of what is noted as it was said
MOST_NAMES = 4  # words of a name
_PHONE = re.compile(r"\+?\d(?:[ .\-()/]?\d){7,14}")
_WORD = re.compile(r"[^\W\d_][\w’״׳\-]*\.?")


def normalized(text: str) -> str:
    """What was said, in lower case and with one kind of apostrophe."""
    return " ".join(text.lower().replace("'", "’").replace('"', "״").split())


def find_values(text: str, language: Language, *, asking: str) -> dict[str, str]:
    """The values that a sentence holds. What stands alone counts where it was asked for: a name, a number of people."""
    said = normalized(text)
    found: dict[str, str] = {}
    if phone := _PHONE.search(said):
        found["phone"] = spoken_number(phone[0], language)
        said = said.replace(phone[0], " ")
    elif asking == "phone" and re.search(language.intents["this_number"], said):
        found["phone"] = language.lines["this_number"]
    found |= _when(said, language, asking)
    if people := _people(said, language, asking):
        found["people"] = people
    if name := _name(text, language, asking):
        found["name"] = name
    return found


def spoken_number(number: str, language: Language) -> str:
    """A telephone number digit by digit."""
    digits = language.digit_separator.join(re.sub(r"\D", "", number))
    return f"{language.plus} {digits}" if number.startswith("+") else digits


def _when(said: str, language: Language, asking: str) -> dict[str, str]:
    found = {}
    if day := re.search(language.day, said):
        found["day"] = _with_capitals(day[0].strip(), language)
        said = f"{said[: day.start()]} {said[day.end() :]}"
    if time := re.search(language.time, said):
        found["time"] = time[0].strip()
    if asking in {"day", "new_day", "time"} and re.search(language.intents["any_time"], said):
        found.setdefault("day", language.lines["any_time"])
        found.setdefault("time", "")
    return found


def _with_capitals(day: str, language: Language) -> str:
    """A day as the language writes its name: "on Friday"."""
    for name in language.weekday_names:
        day = day.replace(name.lower(), name)
    return day


def _people(said: str, language: Language, asking: str) -> str:
    if found := re.search(language.people, said):
        return found[1] or found[2]
    alone = re.search(rf"(?<!\w)(?:{language.number})(?!\w)", said) if asking == "people" else None
    return alone[0] if alone else ""


def _name(text: str, language: Language, asking: str) -> str:
    introduced = re.search(rf"(?:^|[\s,.])(?:{language.named})", normalized(text))
    if introduced:
        return _written(normalized(text)[introduced.end() :], text, language)
    if asking != "name" or re.search(r"\?", text):
        return ""
    bare = re.sub(rf"(?:{language.intents['yes']})[ ,!.]*", "", normalized(text))
    bare = re.sub(r"^(?:c’est|moi c’est|it’s|i’m|זה|אני) ", "", bare)
    return _written(bare, text, language)


def _written(rest: str, original: str, language: Language) -> str:
    """The first words of `rest` up to one that no name holds, with the capitals that were typed, or new ones."""
    kept: list[str] = []
    for word in re.split(r"[,;!?\d(]|\. ", rest)[0].split():
        if word.strip(".") in language.name_ends or len(kept) == MOST_NAMES or not _WORD.fullmatch(word):
            break
        kept.append(word)
    return " ".join(_capital(word, original) for word in kept).rstrip(".")


def _capital(word: str, original: str) -> str:
    typed = re.search(re.escape(word), original.replace("'", "’"), re.IGNORECASE)
    as_typed = typed[0] if typed else word
    return (
        as_typed
        if as_typed != as_typed.lower()
        else "-".join(part[:1].upper() + part[1:] for part in word.split("-"))
    )


def find_order(text: str, language: Language) -> str:
    """What is ordered in a sentence that begins an order; "" where it does not say."""
    found = re.search(rf"{language.ordered}(.+)", " ".join(text.replace("'", "’").split()), re.IGNORECASE)
    what = noted(without_when(found[1], language), language) if found else ""
    return "" if normalized(what) in {"", "quelque chose", "something", "משהו"} else what


def without_when(text: str, language: Language) -> str:
    """What was said, without its day and time, and without a name or number that came with them."""
    said = " ".join(text.replace("'", "’").split())
    said = re.split(rf"[ ,](?:{language.named})|[ ,]{_PHONE.pattern}", said, flags=re.IGNORECASE)[0]
    for pattern in (language.day, language.time):
        said = re.sub(
            rf"(?:\b(?:pour|for|on) )?(?<![א-ת])ל?(?:{pattern})", " ", said, count=1, flags=re.IGNORECASE
        )
    return re.sub(language.dangling, "", " ".join(said.split()).strip(" .,")).rstrip(" ,")


def noted(text: str, language: Language) -> str:
    """What is noted as it was said: one line without a greeting."""
    line = re.sub(
        rf"(?:{language.intents['greeting']})[\s,.!]*", "", " ".join(text.split()), flags=re.IGNORECASE
    )
    return (line or text)[:LONGEST_TEXT].strip(' ."«»“”״')
