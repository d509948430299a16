"""Who speaks when: what the player draws."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from calls.models import Turn


@dataclass(frozen=True)
class Voice:
    """A turn as a piece of the player's bar: `x` and `width` in percent."""

    speaker: str
    x: str
    width: str


def voices_of(turns: Iterable[Turn], seconds: int) -> Iterator[Voice]:
    """The pieces of a bar that is `seconds` long; turns that begin after its end are left out."""
    for turn in turns:
        if turn.at < seconds:
            lasts = min(turn.lasts, seconds - turn.at)
            yield Voice(turn.speaker, f"{turn.at * 100 / seconds:.2f}%", f"{lasts * 100 / seconds:.2f}%")
