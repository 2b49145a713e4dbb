"""Counts and timer of one area in columns of equal length, as a chart draws them, however much happened in each."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.engine.alarm.history import AreaHistory
from analytics.engine.alarm.trace import Shown, TimerSpan

_TELLING: tuple[tuple[Shown, bool], ...] = (
    ("off", False),
    ("closed", False),
    ("reset", False),
    ("paused", False),
    ("running", False),
    ("paused", True),
    ("running", True),
)
"""What a timer may show, with or without an alarm; of two in one column the later one here is drawn."""
_NEVER = np.iinfo(np.int16).max


class Columns(NamedTuple):
    """One entry a column; None where the count was unknown in all of it."""

    low: list[int | None]
    high: list[int | None]


def columns(history: AreaHistory, begin_ms: int, end_ms: int, step_ms: int) -> Columns:
    """Columns of `step_ms` from `begin_ms` on; the last one may be shorter."""
    edges = np.arange(begin_ms, end_ms, step_ms)
    part = history.between(begin_ms, end_ms)
    if not len(part.count):
        return Columns([None] * len(edges), [None] * len(edges))
    starts = np.union1d(part.at_ms[:-1], edges)
    row = np.searchsorted(part.at_ms, starts, "right") - 1
    count = part.count[np.clip(row, 0, len(part.count) - 1)]
    count = np.where((row < 0) | (row >= len(part.count)), -1, count)
    at = np.searchsorted(starts, edges)
    high = np.maximum.reduceat(count, at)
    low = np.minimum.reduceat(np.where(count < 0, _NEVER, count), at)
    return Columns(_known(low, high), _known(high, high))


def _known(values: NDArray[np.int16], high: NDArray[np.int16]) -> list[int | None]:
    return [value if most >= 0 else None for value, most in zip(values.tolist(), high.tolist(), strict=True)]


def timer_columns(spans: Sequence[TimerSpan], begin_ms: int, end_ms: int, step_ms: int) -> list[TimerSpan]:
    """Spans that begin with a column; those of which equal columns follow each other are one.

    spans: in order, the first before `begin_ms` or at it.
    """
    edges = np.arange(begin_ms, end_ms, step_ms)
    began = np.array([span.begin_ms for span in spans])
    telling = np.array([_TELLING.index((span.state, span.in_alarm)) for span in spans])
    starts = np.union1d(began[(began > begin_ms) & (began < end_ms)], edges)
    shown = telling[np.searchsorted(began, starts, "right") - 1]
    most = np.maximum.reduceat(shown, np.searchsorted(starts, edges))
    first = np.concatenate(([True], most[1:] != most[:-1]))
    pairs = zip(edges[first].tolist(), most[first].tolist(), strict=True)
    return [TimerSpan(at_ms, *_TELLING[place]) for at_ms, place in pairs]
