"""The pieces of advice, and how long each has to hold before it comes or goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Advice(StrEnum):
    """What is wrong with the picture."""

    DARK = "dark"
    WASHED_OUT = "washed_out"
    BLURRED = "blurred"
    MOVED = "moved"
    SHAKING = "shaking"
    SMALL = "small"
    CLOSE = "close"
    CROWDED = "crowded"
    TILTED = "tilted"


@dataclass(frozen=True, slots=True)
class Hold:
    """For how long a verdict has to stand until it is told, and until it is taken back."""

    comes_ms: int
    goes_ms: int


HOLDS: Mapping[Advice, Hold] = {
    Advice.DARK: Hold(10_000, 10_000),
    Advice.WASHED_OUT: Hold(10_000, 10_000),
    Advice.BLURRED: Hold(20_000, 20_000),
    Advice.MOVED: Hold(10_000, 10_000),
    Advice.SHAKING: Hold(10_000, 30_000),
    Advice.SMALL: Hold(10_000, 30_000),
    Advice.CLOSE: Hold(10_000, 30_000),
    Advice.CROWDED: Hold(10_000, 30_000),
    Advice.TILTED: Hold(10_000, 30_000),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A piece of advice that holds now. since: POSIX seconds.    value: as `Change` has it, of the newest look."""

    advice: Advice
    since: float
    value: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """A piece of advice came (`began`) or went. at: POSIX seconds, when it turned out.

    value: what was measured; None when that is no number. Its unit belongs to the advice: dark, washed_out, blurred
    0-100 %; moved, shaking % of the picture's width or height; small pixels of the network's input; close % of the
    picture; crowded objects; tilted height over width.
    """

    advice: Advice
    began: bool
    at: float
    value: float | None


@dataclass(frozen=True, slots=True)
class Limit:
    """Two limits, so that what lies between them turns nothing. comes: wrong from here on; goes: right from here on."""

    comes: float
    goes: float

    def wrong(self, value: float | None) -> bool | None:
        """None: not known, or between the limits."""
        if value is None:
            return None
        sign = 1 if self.comes > self.goes else -1
        if sign * value >= sign * self.comes:
            return True
        return False if sign * value <= sign * self.goes else None


@dataclass(frozen=True, slots=True)
class Finding:
    """One look at one piece of advice. wrong: None when it cannot be said, which turns nothing."""

    wrong: bool | None
    value: float | None = None


UNKNOWN = Finding(None)
