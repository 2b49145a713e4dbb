"""When things are due that are sent on the boundaries of the clock (OUT-2): every 5 min at :00, :05. Plain Python."""

from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)


def next_boundary(now_s: float, interval_s: int) -> float:
    """The first multiple of the interval after `now_s`, POSIX seconds."""
    return (now_s // interval_s + 1) * interval_s


class Timetable(Generic[Name]):
    """The next boundary of each of some things. Instants are POSIX seconds."""

    def __init__(self) -> None:
        self._intervals: dict[Name, int] = {}
        self._next: dict[Name, float] = {}

    def follow(self, intervals: Mapping[Name, int], now_s: float) -> None:
        """These are the things now. What keeps its interval keeps its boundary."""
        kept = {name: at for name, at in self._next.items() if self._intervals[name] == intervals.get(name)}
        self._intervals = dict(intervals)
        self._next = {name: kept.get(name, next_boundary(now_s, step)) for name, step in intervals.items()}

    def due(self, now_s: float) -> list[Name]:
        """What has reached its boundary, once, however many went by; each then waits for its next one.

        After the clock was set back nothing waits longer than its interval.
        """
        reached = [name for name, at in self._next.items() if at <= now_s]
        early = [name for name, at in self._next.items() if at > now_s + self._intervals[name]]
        for name in (*reached, *early):
            self._next[name] = next_boundary(now_s, self._intervals[name])
        return reached

    def wait_s(self, now_s: float, most_s: float) -> float:
        """Until the next boundary, at most `most_s`."""
        return min([most_s, *(max(0.0, at - now_s) for at in self._next.values())])
