"""Stored counts of places as CSV, minute by minute with all that is stored of each (CNT-1, OUT-7). The format is ours.

Piece by piece out of packed hours, a few days of one area at a time: two years of a site take no more memory than that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from analytics.count_places import Place
from analytics.count_reading import hours_read
from analytics.engine.counts.days import HOUR_S, MINUTE_S, ONE_DAY, day_bounds, stamps
from analytics.engine.counts.lines import ENOUGH, Quality
from analytics.engine.counts.slots import LIMITED, SIMULATED, Slots, counted, mean
from cameras.models import Camera
from cameras.onboarding.table import guarded

DAYS_A_PIECE = 8
COLUMNS = (
    "time",
    "site",
    "camera",
    "area",
    "minimum",
    "maximum",
    "mean",
    "last",
    "alarm_s",
    "frames",
    "known_s",
    "quality",
    "simulated",
)


@dataclass(frozen=True, slots=True)
class CountsFile:
    """first, last: days of each place's own site, both included."""

    places: Sequence[Place]
    first: date
    last: date

    @property
    def name(self) -> str:
        """Of the file."""
        return f"counts_{self.first.isoformat()}_{self.last.isoformat()}.csv"

    def pieces(self) -> Iterator[bytes]:
        """The whole file; a place that holds another one's areas does not bring them again."""
        yield (",".join(COLUMNS) + "\r\n").encode()
        asked = dict.fromkeys((camera, place.number) for place in self.places for camera in place.cameras)
        for camera, number in asked:
            first = self.first
            while first <= self.last:
                end = min(self.last, first + timedelta(DAYS_A_PIECE - 1)) + ONE_DAY
                yield _piece(camera, number, first, end)
                first = end


def _piece(camera: Camera, number: int, first: date, end: date) -> bytes:
    """The lines of one area from `first` up to `end`."""
    zone = ZoneInfo(camera.site.time_zone)
    begin_s, end_s = day_bounds(first, zone)[0], day_bounds(end - ONE_DAY, zone)[1]
    begin, until = (datetime.fromtimestamp(at, UTC) for at in (begin_s - begin_s % HOUR_S, end_s))
    found = hours_read(areas=[(camera.pk, number)], begin=begin, end=until).get((camera.pk, number))
    if found is None:
        return b""
    hour_s, slots = found
    at_s = hour_s[:, None] + MINUTE_S * np.arange(slots.shape[1])
    inside = counted(slots) & (at_s >= begin_s) & (at_s < end_s)
    facts = ",".join((_cell(camera.site.name), _cell(camera.name), str(number)))
    return _rows(facts, zone, at_s[inside].tolist(), slots[inside], simulated=camera.simulated)


def _rows(facts: str, zone: ZoneInfo, at_s: list[int], slots: Slots, *, simulated: bool) -> bytes:
    columns = (
        slots["minimum"].tolist(),
        slots["maximum"].tolist(),
        mean(slots).round(3).tolist(),
        slots["last"].tolist(),
        (slots["alarm_ms"] / 1000).tolist(),
        slots["frames"].tolist(),
        (slots["known_ms"] / 1000).tolist(),
        _qualities(slots),
        (simulated | ((slots["flags"] & SIMULATED) > 0)).astype(int).tolist(),
    )
    form = "%s," + facts.replace("%", "%%") + ",%s" * len(columns) + "\r\n"
    return "".join(form % values for values in zip(stamps(at_s, zone), *columns, strict=True)).encode()


def _qualities(slots: Slots) -> list[str]:
    """How good each minute is (CNT-6)."""
    limited, whole = (slots["flags"] & LIMITED) > 0, slots["known_ms"] >= ENOUGH * MINUTE_S * 1000
    found: list[str] = np.where(limited, Quality.LIMITED, np.where(whole, Quality.LIVE, Quality.STALE)).tolist()
    return found


def _cell(text: str) -> str:
    """As CSV takes it, with no formula in it."""
    safe = guarded(text).replace('"', '""')
    return f'"{safe}"'
