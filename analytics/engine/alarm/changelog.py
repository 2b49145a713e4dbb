"""The change log of an area (CNT-7): every change of its count, as run lengths, in segments that merge.

A segment is what one owner of the camera (one epoch) saw without a break: a count from `start_ms` on, every change
after it, up to `end_ms`. A worker hands out segments whenever it likes; they never cross an hour, and one hour of one
area is one packed value (`packing.py`). Segments of one epoch say the same where they overlap, so merging is a union: a
segment that arrives twice, late or in pieces changes nothing twice. Where two epochs overlap (a frozen owner, thawed),
the newer one counts from its start on: `timeline` cuts the older.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from analytics.engine.alarm.leap import leapt

HOUR_MS = 3_600_000


class Run(NamedTuple):
    """A count that holds from `at_ms` (UTC) until the next run; None: unknown. gap: nobody watched from `at_ms` on."""

    at_ms: int
    count: int | None  # type: ignore[assignment]  # hides tuple.count, which nobody wants here
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """What the owner `epoch` saw from `start_ms` up to, not with, `end_ms`, within one hour.

    runs: (at_ms, count), the first at `start_ms`, each with another count than the one before.
    """

    epoch: int
    start_ms: int
    end_ms: int
    runs: tuple[tuple[int, int | None], ...]

    @property
    def hour_ms(self) -> int:
        return self.start_ms - self.start_ms % HOUR_MS

    def count_at(self, at_ms: int) -> int | None:
        """The count that holds at an instant of the segment."""
        return next(count for run_ms, count in reversed(self.runs) if run_ms <= at_ms)

    def between(self, start_ms: int, end_ms: int) -> "Segment":
        """The part of the segment from `start_ms` up to `end_ms`, both within it."""
        first = (start_ms, self.count_at(start_ms))
        rest = tuple(run for run in self.runs if start_ms < run[0] < end_ms)
        return Segment(self.epoch, start_ms, end_ms, (first, *rest))


class RunLog:
    """Collects the changes of one area's count while one owner watches its camera.

    lost_after_ms: how long a count holds without a frame (G of SPEC 4.9); then the log says unknown.
    """

    def __init__(self, epoch: int, lost_after_ms: int) -> None:
        self._epoch = epoch
        self._lost_after_ms = lost_after_ms
        self._lost_at_ms = 0
        self._runs: list[tuple[int, int | None]] = []
        self._at_ms = 0
        self._over: list[Segment] = []  # before the clock was set

    def frame(self, at_ms: int, count: int | None) -> None:
        """The count of a frame; None: unknown from here on. An instant before the last one counts as the last one."""
        self._end_if_leapt(at_ms)
        at_ms = max(at_ms, self._at_ms)
        self._lose_until(at_ms)
        self._at_ms, self._lost_at_ms = at_ms, at_ms + self._lost_after_ms
        self._append(at_ms, count)

    def take(self, at_ms: int) -> list[Segment]:
        """Everything up to `at_ms` that was not taken yet; what follows begins there, with the count that holds."""
        self._end_if_leapt(at_ms)
        over, self._over = self._over, []
        if not self._runs or at_ms <= self._runs[0][0]:
            return over
        at_ms = max(at_ms, self._at_ms)
        self._lose_until(at_ms)
        over += _by_hour(self._epoch, at_ms, self._runs)
        self._runs, self._at_ms = [(at_ms, self._runs[-1][1])], at_ms
        return over

    def _end_if_leapt(self, at_ms: int) -> None:
        """The clock was set: what was seen ends with the last frame. An hour that comes again is as it was first."""
        held = self._at_ms <= at_ms <= self._lost_at_ms  # for so long nobody need look
        if self._runs and leapt(self._at_ms, at_ms) and not held:
            self._over += _by_hour(self._epoch, self._at_ms, self._runs)
            self._runs, self._at_ms = [], 0

    def _lose_until(self, at_ms: int) -> None:
        if self._runs and at_ms > self._lost_at_ms:
            self._append(self._lost_at_ms, None)

    def _append(self, at_ms: int, count: int | None) -> None:
        if self._runs and self._runs[-1][1] == count:
            return
        if self._runs and self._runs[-1][0] >= at_ms:
            del self._runs[-1]  # two frames in one millisecond: the later one
            self._append(at_ms, count)
            return
        self._runs.append((at_ms, count))


def _by_hour(epoch: int, end_ms: int, runs: list[tuple[int, int | None]]) -> Iterable[Segment]:
    """Cut one unbroken log into segments at the full hours."""
    whole = Segment(epoch, runs[0][0], end_ms, tuple(runs))
    start_ms = whole.start_ms
    while start_ms < end_ms:
        until_ms = min(end_ms, start_ms - start_ms % HOUR_MS + HOUR_MS)
        yield whole.between(start_ms, until_ms)
        start_ms = until_ms


def merge(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """The union of the segments of one hour: per epoch, touching or overlapping ones joined; sorted by (epoch, start).

    Idempotent, and the order in which segments arrive does not matter.
    """
    segments = set(segments)
    if len(segments) == 1:
        return tuple(segments)
    by_epoch: dict[int, list[Segment]] = defaultdict(list)
    for segment in sorted(segments, key=lambda one: (one.epoch, one.start_ms, -one.end_ms)):
        joined = by_epoch[segment.epoch]
        if joined and segment.start_ms <= joined[-1].end_ms:
            joined[-1] = _join(joined[-1], segment)
        else:
            joined.append(segment)
    return tuple(segment for joined in by_epoch.values() for segment in joined)


def _join(first: Segment, second: Segment) -> Segment:
    if second.end_ms <= first.end_ms:
        return first
    rest = second.between(first.end_ms, second.end_ms).runs
    rest = rest[1:] if rest[0][1] == first.runs[-1][1] else rest
    return Segment(first.epoch, first.start_ms, second.end_ms, first.runs + rest)


def timeline(segments: Iterable[Segment]) -> list[Run]:
    """The runs of merged segments, of any number of hours, in order of time.

    Holes, and the end of the last segment, are runs with `gap`. Where a newer epoch overlaps an older one, the newer
    counts from its start on.
    """
    runs: list[Run] = []
    for segment in _cut(segments):
        if runs and runs[-1].at_ms == segment.start_ms:
            del runs[-1]  # no hole: it goes on where the one before ended
        for at_ms, count in segment.runs:
            if not runs or runs[-1].gap or runs[-1].count != count:
                runs.append(Run(at_ms, count))
        runs.append(Run(segment.end_ms, None, gap=True))
    return runs


def _cut(segments: Iterable[Segment]) -> list[Segment]:
    """Cut each segment where one of a newer epoch begins."""
    kept: list[Segment] = []
    newer_ms: int | None = None
    for segment in sorted(segments, key=lambda one: (one.epoch, one.start_ms), reverse=True):
        end_ms = segment.end_ms if newer_ms is None else min(segment.end_ms, newer_ms)
        if segment.start_ms < end_ms:
            kept.append(segment if end_ms == segment.end_ms else segment.between(segment.start_ms, end_ms))
        newer_ms = segment.start_ms if newer_ms is None else min(newer_ms, segment.start_ms)
    return kept[::-1]
