"""Slots for tests, and what Hypothesis draws."""

import numpy as np
from hypothesis import strategies as st

from analytics.engine.counts.slots import COUNTED, LIMITED, SIMULATED, SLOT, Slots


def slot(
    count: int, known_ms: int = 60_000, *, minimum: int | None = None, maximum: int | None = None, flags: int = 0
) -> tuple[int, ...]:
    """A count that held for `known_ms`; five frames a second."""
    least, most = count if minimum is None else minimum, count if maximum is None else maximum
    return (count * known_ms, known_ms, 0, known_ms // 200, least, most, count, COUNTED | flags)


def hour(count: int, minutes: range = range(60)) -> Slots:
    """One count in these minutes of an hour, nothing in the others."""
    slots = np.zeros(60, SLOT)
    for minute in minutes:
        slots[minute] = slot(count)
    return slots


@st.composite
def minute_slot(draw: st.DrawFn) -> tuple[int, ...]:
    """Any slot that a minute can have; an unknown one in a third of the cases."""
    alarm_ms, frames = draw(st.integers(0, 60_000)), draw(st.integers(0, 1_800))
    if draw(st.integers(0, 2)) == 0:
        return (0, 0, alarm_ms, frames, 0, 0, 0, draw(st.sampled_from([0, LIMITED])))
    minimum, maximum = sorted(draw(st.tuples(st.integers(0, 255), st.integers(0, 255))))
    known_ms, last = draw(st.integers(0, 60_000)), draw(st.integers(minimum, maximum))
    count_ms = draw(st.integers(minimum * known_ms, maximum * known_ms))
    flags = COUNTED | draw(st.sampled_from([0, LIMITED, SIMULATED, LIMITED | SIMULATED]))
    return (count_ms, known_ms, alarm_ms, frames, minimum, maximum, last, flags)


def slots(length: int) -> st.SearchStrategy[Slots]:
    """(length,)."""
    rows = st.lists(minute_slot(), min_size=length, max_size=length)
    return rows.map(lambda found: np.array(found, SLOT))
