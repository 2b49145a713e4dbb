"""Counts by the minute (CNT-1): minimum, maximum, time-weighted mean, last, time in alarm, frames.

Instants are milliseconds UTC. A count holds until the next frame, for at most `lost_after_ms`; then it is unknown, and
unknown time counts for nothing (CNT-6). Two owners of one camera each make their part of a minute: parts add up
(CNT-3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from analytics.engine.alarm.leap import leapt

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class MinuteSum:
    """One area in one minute, or one owner's part of it.

    minute_ms: start of the minute.    minimum, maximum, last: None when no count was known.
    last_at_ms: up to when `last` held.    count_ms: sum of count × ms.    known_ms: how long a count was known.
    alarm_ms: time in alarm.    frames: seen.    limited: a picture held more objects than are counted (CNT-6).
    """

    minute_ms: int
    minimum: int | None = None
    maximum: int | None = None
    last: int | None = None
    last_at_ms: int = 0
    count_ms: int = 0
    known_ms: int = 0
    alarm_ms: int = 0
    frames: int = 0
    limited: bool = False

    @property
    def mean(self) -> float | None:
        """Time-weighted; of a count that was known for no whole millisecond, the count itself."""
        if self.known_ms:
            return self.count_ms / self.known_ms
        return None if self.last is None else float(self.last)

    def merge(self, other: "MinuteSum") -> "MinuteSum":
        """Add two parts of the same minute, in any order. Raises ValueError for parts of different minutes."""
        if other.minute_ms != self.minute_ms:
            raise ValueError(f"minute {other.minute_ms} merged into minute {self.minute_ms}: the same minute expected")
        newest = max(self, other, key=lambda part: (part.last is not None, part.last_at_ms, part.last or 0))
        return MinuteSum(
            self.minute_ms,
            min((part.minimum for part in (self, other) if part.minimum is not None), default=None),
            max((part.maximum for part in (self, other) if part.maximum is not None), default=None),
            newest.last,
            newest.last_at_ms,
            self.count_ms + other.count_ms,
            self.known_ms + other.known_ms,
            self.alarm_ms + other.alarm_ms,
            self.frames + other.frames,
            self.limited or other.limited,
        )

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}  # every second of every area: asdict is slow

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "MinuteSum":
        """Raises TypeError for keys that `to_json` does not give."""
        return cls(**data)


class MinuteLog:
    """Sums up the minutes of one area while its camera runs; hands out each minute when it is over."""

    def __init__(self, lost_after_ms: int) -> None:
        self._lost_after_ms = lost_after_ms
        self._at_ms: int | None = None
        self._lost_at_ms = 0
        self._count: int | None = None
        self._in_alarm = False
        self._sum = MinuteSum(0)

    def frame(self, at_ms: int, count: int | None, *, in_alarm: bool, limited: bool = False) -> list[MinuteSum]:
        """One analysed frame; count None: unknown from here on. Gives the minutes that are over.

        limited: it held more objects than are counted (CNT-6).
        """
        over = self.tick(at_ms, in_alarm=in_alarm)
        at_ms = max(at_ms, self._at_ms or at_ms)
        self._count, self._lost_at_ms = count, at_ms + self._lost_after_ms
        self._sum = _holding(self._sum, count, at_ms, 0, frames=1, limited=limited)
        return over

    def tick(self, at_ms: int, *, in_alarm: bool) -> list[MinuteSum]:
        """Time goes on without a frame; an instant before the last one counts as the last one.

        Where the clock was set the minute ends as it is, and another begins: what was between was no time.
        """
        over = self._end_if_leapt(at_ms)
        if self._at_ms is None:
            self._at_ms, self._sum = at_ms, MinuteSum(at_ms - at_ms % MINUTE_MS)
        while at_ms >= (end_ms := self._sum.minute_ms + MINUTE_MS):
            self._spend(end_ms)
            if self._sum != MinuteSum(self._sum.minute_ms):
                over.append(self._sum)
            # Nothing to write down in between: a silence is one step.
            idle = not self._in_alarm and (self._count is None or self._lost_at_ms <= end_ms)
            self._sum = MinuteSum(at_ms - at_ms % MINUTE_MS if idle else end_ms)
        self._spend(at_ms)
        self._in_alarm = in_alarm
        return over

    def lose(self, at_ms: int) -> list[MinuteSum]:
        """The count is unknown from here on, and nothing is in alarm. Gives the minutes that are over."""
        over = self.tick(at_ms, in_alarm=False)
        self._count = None
        return over

    def part(self) -> MinuteSum | None:
        """The unfinished minute as it stands; a later part of it replaces this one. None: there is nothing in it."""
        return None if self._sum == MinuteSum(self._sum.minute_ms) else self._sum

    def _end_if_leapt(self, at_ms: int) -> list[MinuteSum]:
        if self._at_ms is None or not leapt(self._at_ms, at_ms):
            return []
        part = self.part()
        self._at_ms, self._count = None, None
        return [] if part is None else [part]

    def _spend(self, until_ms: int) -> None:
        """Add the time up to `until_ms`, within one minute."""
        at_ms = self._at_ms
        if at_ms is None or until_ms <= at_ms:
            return
        known_ms = min(until_ms, self._lost_at_ms) - at_ms
        part = self._sum if known_ms <= 0 else _holding(self._sum, self._count, at_ms + known_ms, known_ms)
        if self._in_alarm:
            part = replace(part, alarm_ms=part.alarm_ms + until_ms - at_ms)
        self._sum, self._at_ms = part, until_ms


def _holding(
    part: MinuteSum, count: int | None, at_ms: int, known_ms: int, *, frames: int = 0, limited: bool = False
) -> MinuteSum:
    """`part` after `count` held for `known_ms` up to `at_ms`, and so many frames more."""
    if count is None and not frames:
        return part
    frames, limited = part.frames + frames, part.limited or limited
    if count is None:
        return replace(part, frames=frames, limited=limited)
    return MinuteSum(  # every frame of every area: `replace` is slow
        part.minute_ms,
        count if part.minimum is None else min(part.minimum, count),
        count if part.maximum is None else max(part.maximum, count),
        count,
        at_ms,
        part.count_ms + count * known_ms,
        part.known_ms + known_ms,
        part.alarm_ms,
        frames,
        limited,
    )
