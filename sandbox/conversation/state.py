"""What a conversation remembers from one turn to the next."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass
class State:
    """The task (`tasks.TASKS`), what was asked last, the values heard so far, and how it went."""

    task: str = ""
    asking: str = ""  # a value of the task, or: confirm, fix, offer, more
    values: dict[str, str] = field(default_factory=dict)
    misses: int = 0  # turns in a row that were not understood
    last: str = ""  # what the assistant said last
    about: str = ""  # the question that nothing in the prompt answers
    is_over: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "State":
        """The state as a row keeps it."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})

    def begin(self, task: str) -> None:
        """Begin a task. What is known of the caller stays."""
        kept = ("name", "phone", *(("day", "time", "people") if not self.task or task == "order" else ()))
        self.values = {name: self.values[name] for name in kept if name in self.values}
        self.task, self.asking, self.misses = task, "", 0

    def finish(self) -> None:
        """End the task; the caller is asked whether there is something else."""
        self.values = {name: self.values[name] for name in ("name", "phone") if name in self.values}
        self.task, self.asking, self.misses = "", "more", 0
