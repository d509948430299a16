"""What an assistant takes down: bookings, orders, messages, cancellations and changes, one value after another."""

from sandbox.conversation.state import State
from sandbox.conversation.values import find_order, find_values, noted, without_when
from sandbox.conversation.words.language import Language

TASKS: dict[str, tuple[str, ...]] = {
    "booking": ("day", "time", "people", "name", "phone"),
    "order": ("what", "day", "time", "name", "phone"),
    "message": ("name", "phone", "matter"),
    "cancel": ("name", "old", "phone"),
    "change": ("name", "old", "new_day", "phone"),
}
AS_SAID = ("what", "matter", "old")  # noted word for word


def next_value(state: State, trade: str) -> str:
    """The value to ask for next; "" where all are known."""
    for name in TASKS[state.task]:
        if name == "people" and trade != "restaurant":
            continue
        if key_of(name) not in state.values:
            return name
    return ""


def key_of(value: str) -> str:
    """The name under which a value is kept: the new day of a changed booking is its day."""
    return "day" if value == "new_day" else value


def hear(state: State, text: str, language: Language) -> list[str]:
    """Keep the values in what was said; the names of those that are new or differ."""
    before = dict(state.values)
    found = find_values(text, language, asking=state.asking)
    if state.asking == "what":
        found |= {"what": noted(rest, language)} if (rest := without_when(text, language)) else {}
    elif state.asking == "matter":
        found = {"matter": noted(text, language)}
    elif state.task == "order" and "what" not in state.values and (what := find_order(text, language)):
        found["what"] = what
    elif state.task in {"cancel", "change"} and state.asking != "new_day":
        found = _with_old(state, found, text, language)
    wanted = set(TASKS[state.task])
    if wanted & {"day", "new_day"}:
        wanted |= {"day", "time"}
    state.values |= {name: value for name, value in found.items() if name in wanted}
    return [name for name, value in state.values.items() if before.get(name) != value]


def _with_old(state: State, found: dict[str, str], text: str, language: Language) -> dict[str, str]:
    """A day in "cancel my appointment on Tuesday" is that of the appointment."""
    when = " ".join(filter(None, (found.pop("day", ""), found.pop("time", ""))))
    if state.asking == "old":
        found["old"] = when or noted(text, language)
    elif when and "old" not in state.values:
        found["old"] = when
    return found


def summarize(state: State, language: Language, trade: str) -> str:
    """What was taken down, as the middle of a sentence."""
    lines, values = language.lines, state.values
    thing = language.things.get(trade, language.things[""])
    when = " ".join(filter(None, (values.get("day"), values.get("time")))) or lines["any_time"]
    people = values.get("people", "") if state.task == "booking" else ""
    told = lines[state.task].format(
        thing=thing.format(people=lines["people"].format(count=people)) if people else bare(thing),
        when=when,
        **{name: values.get(name, "") for name in AS_SAID},
    )
    name, phone = values.get("name"), values.get("phone")
    of_name = lines["from_name" if state.task == "message" else "in_name"]
    told = told.rstrip(", ") + (of_name.format(name=name) if name else "")
    return told + (lines["at_phone"].format(phone=phone) if phone else "")


def bare(thing: str) -> str:
    """A thing that is booked, without the words for how many people: "a table"."""
    return thing.removesuffix(" pour {people}").removesuffix(" for {people}").removesuffix(" ל{people}")
