"""Playable recordings: babble in two voices, timed by the turns of the call.

Generated on request from a few short pieces, so that nothing is stored and any range is cheap. Eight bits at 8 kHz, as
on a telephone: 8 kB a second.
"""

import math
import struct
from collections.abc import Iterator
from functools import cache
from typing import Any

RATE = 8000  # samples a second
PIECE = 2000  # samples: a syllable
HEADER = 44  # bytes
QUIET = 128  # the middle of eight bits
LOUDNESS = 46
VOICES = {"bot": 210.0, "user": 120.0}  # Hz
MELODY = (1.0, 1.12, 0.94, 1.06, 0.89, 1.18)

# The speakers in each channel of a track.
TRACKS: dict[str, tuple[tuple[str, ...], ...]] = {
    "mono": (("bot", "user"),),
    "stereo": (("user",), ("bot",)),
    "customer": (("user",),),
    "assistant": (("bot",),),
}


class Recording:
    """One track of a call as a WAV file: its size, and any part of its bytes.

    A turn has a `role`, and `at` and `lasts` in seconds.
    """

    def __init__(self, turns: list[dict[str, Any]], seconds: float, track: str = "mono") -> None:
        self.channels = TRACKS[track]
        self.speakers = _speakers(turns, seconds)
        self.data_size = len(self.speakers) * PIECE * len(self.channels)

    @property
    def size(self) -> int:
        return HEADER + self.data_size

    def part(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from `start` up to, but not including, `stop`."""
        if start < HEADER:
            yield self._header()[start:stop]
        width = PIECE * len(self.channels)
        first, last = max(start - HEADER, 0), stop - HEADER
        for index in range(first // width, -(-last // width)):
            offset = index * width
            yield self._piece(index)[max(first - offset, 0) : last - offset]

    def _piece(self, index: int) -> bytes:
        heard = [
            _syllable(speaker if speaker in audible else "", index % len(MELODY))
            for audible in self.channels
            for speaker in [self.speakers[index]]
        ]
        return (
            heard[0]
            if len(heard) == 1
            else bytes(sample for pair in zip(*heard, strict=True) for sample in pair)
        )

    def _header(self) -> bytes:
        channels = len(self.channels)
        return struct.pack(
            "<4sI4s4sIHHIIHH4sI",
            b"RIFF", self.size - 8, b"WAVE", b"fmt ", 16, 1, channels, RATE, RATE * channels, channels, 8,
            b"data", self.data_size,
        )  # fmt: skip


def _speakers(turns: list[dict[str, Any]], seconds: float) -> list[str]:
    """The speaker of each piece; "" for silence."""
    pieces = [""] * math.ceil(seconds * RATE / PIECE)
    for turn in turns:
        first = round(turn["at"] * RATE / PIECE)
        last = round((turn["at"] + turn["lasts"]) * RATE / PIECE)
        for index in range(first, min(last, len(pieces))):
            pieces[index] = turn["role"]
    return pieces


@cache
def _syllable(speaker: str, tone: int) -> bytes:
    if not speaker:
        return bytes([QUIET]) * PIECE
    pitch = VOICES[speaker] * MELODY[tone]
    return bytes(QUIET + round(LOUDNESS * _wave(pitch, sample)) for sample in range(PIECE))


def _wave(pitch: float, sample: int) -> float:
    """Three partials under an envelope that opens and closes: from -1.8 to 1.8."""
    turn = 2 * math.pi * pitch * sample / RATE
    envelope: float = math.sin(math.pi * sample / PIECE) ** 0.7
    return envelope * (math.sin(turn) + 0.5 * math.sin(2 * turn) + 0.3 * math.sin(3 * turn))
