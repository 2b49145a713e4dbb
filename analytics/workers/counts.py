"""The counts of one camera on their way to the database: minute sums (CNT-1) and the change log (CNT-7).

They travel with the minute they belong to. What is not sent yet is part of the saved state, so that a new owner sends
it as the former owner's part: a kill costs no more than the second since the last save.
"""

import base64
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from analytics.engine.alarm.changelog import RunLog, Segment, merge
from analytics.engine.alarm.minutes import MINUTE_MS, MinuteLog, MinuteSum
from analytics.engine.alarm.packing import pack, unpack
from analytics.news import CountNews
from analytics.workers.keyvalue import COUNTS
from analytics.workers.outbox import Entry

Segments = dict[tuple[int, int], tuple[Segment, ...]]  # of an area and an hour, which is what `merge` and `pack` take


class CountBook:
    """What one owner has counted. Instants are ms UTC; area 0 is the whole picture; a count of None is unknown."""

    def __init__(self, part: int, lost_after_ms: int) -> None:
        """part: the owner's epoch when it began, the name of its parts.    lost_after_ms: G of SPEC 4.9."""
        self._part, self._lost_after_ms = part, lost_after_ms
        self._minutes: dict[int, MinuteLog] = {}
        self._runs: dict[int, RunLog] = {}
        self._over: dict[int, dict[int, MinuteSum]] = defaultdict(dict)
        self._segments: Segments = {}

    def frame(
        self, at_ms: int, counts: Mapping[int, int | None], alarms: Iterable[int], *, limited: bool = False
    ) -> list[Entry]:
        """The counts of one analysed frame; what is over goes out. limited: more objects than are counted (CNT-6)."""
        in_alarm = set(alarms)
        for area, count in counts.items():
            log = self._minutes.setdefault(area, MinuteLog(self._lost_after_ms))
            self._keep(area, log.frame(at_ms, count, in_alarm=area in in_alarm, limited=limited))
            self._runs.setdefault(area, RunLog(self._part, self._lost_after_ms)).frame(at_ms, count)
        return self._hand_out(at_ms)

    def tick(self, at_ms: int, alarms: Iterable[int]) -> list[Entry]:
        """Time goes on without a frame."""
        in_alarm = set(alarms)
        for area, log in self._minutes.items():
            self._keep(area, log.tick(at_ms, in_alarm=area in in_alarm))
        return self._hand_out(at_ms)

    def pause(self, at_ms: int) -> list[Entry]:
        """Nobody looks from here on (EXT-4): what is over goes out, the change log ends.

        The minute that has begun goes out with the first tick after its end: sent now, it would be the same part as the
        rest of that minute, if somebody looks again within it.
        """
        for area, log in self._minutes.items():
            self._keep(area, log.lose(at_ms))
        self._take_runs(at_ms)
        self._runs.clear()
        return self._hand_out(at_ms)

    def close(self, at_ms: int) -> list[Entry]:
        """Everything, also the minute that is not over: another owner makes the rest of it."""
        for area, log in self._minutes.items():
            self._keep(area, [part for part in [log.part()] if part is not None])
        self._minutes.clear()
        return self._hand_out(at_ms)

    def adopt(self, exported: Mapping[str, Any]) -> list[Entry]:
        """A former owner's part goes out as it is; ours begins beside it."""
        return adopted(exported)

    def export(self, at_ms: int) -> dict[str, Any]:
        """What is not sent yet, JSON-able; `adopted` makes entries of it."""
        self._take_runs(at_ms)
        parts = {str(area): part.to_json() for area, log in self._minutes.items() if (part := log.part())}
        log = {name: base64.b64encode(packed).decode() for name, packed in _packed(self._segments).items()}
        return {"part": self._part, "minutes": parts, "log": log}

    def _keep(self, area: int, over: Iterable[MinuteSum]) -> None:
        for one in over:
            self._over[one.minute_ms][area] = one

    def _hand_out(self, at_ms: int) -> list[Entry]:
        if not self._over:
            return []
        self._take_runs(at_ms)
        over, self._over = self._over, defaultdict(dict)
        segments, self._segments = self._segments, {}
        entries = [_entry(self._part, minute_ms, areas, {}) for minute_ms, areas in sorted(over.items())]
        return [*entries[:-1], Entry(COUNTS, entries[-1].key, entries[-1].data, _packed(segments))]

    def _take_runs(self, at_ms: int) -> None:
        for area, runs in self._runs.items():
            for segment in runs.take(at_ms):
                kept = self._segments.get((area, segment.hour_ms), ())
                self._segments[area, segment.hour_ms] = merge([*kept, segment])


def adopted(exported: Mapping[str, Any]) -> list[Entry]:
    """Entries of what a former owner had not sent; sent twice, they are the same parts. Raises ValueError, KeyError."""
    parts = {int(area): MinuteSum.from_json(part) for area, part in exported["minutes"].items()}
    blobs = {name: base64.b64decode(packed) for name, packed in exported["log"].items()}
    minutes = sorted({part.minute_ms for part in parts.values()}) or _minutes_of(blobs)
    entries: list[Entry] = []
    for minute_ms in minutes:
        areas = {area: part for area, part in parts.items() if part.minute_ms == minute_ms}
        entries.append(_entry(int(exported["part"]), minute_ms, areas, {} if entries else blobs))
    return entries


def _minutes_of(blobs: Mapping[str, bytes]) -> list[int]:
    starts = [unpack(packed)[0].start_ms for packed in blobs.values()]
    return [min(starts) // MINUTE_MS * MINUTE_MS] if starts else []


def _entry(part: int, minute_ms: int, areas: Mapping[int, MinuteSum], blobs: Mapping[str, bytes]) -> Entry:
    news = CountNews(minute_ms, part, {str(area): one.to_json() for area, one in areas.items()})
    return Entry(COUNTS, news.key, news.to_json(), blobs)


def _packed(segments: Segments) -> dict[str, bytes]:
    """Blobs by name, `log:<area>:<hour>`."""
    return {f"log:{area}:{hour_ms}": pack(some) for (area, hour_ms), some in segments.items()}
