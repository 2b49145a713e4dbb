"""Drive a combined area's alarm over two cameras: what each counts over time in, short readable tuples out."""

from collections.abc import Iterable
from itertools import count as numbers

from analytics.engine.alarm.events import AlarmEvent
from analytics.engine.combined.alarm import CombinedAlarm
from analytics.engine.combined.settings import CombinedSettings
from analytics.engine.combined.sighting import PartSight, sighting

LOOK_MS = 250
FRAME_MS = 200
EXAMPLE = CombinedSettings(name="Both halls", count_threshold=10, time_s=10, reset_percentage=80, pause_reset_s=5)
"""SPEC's worked example: N = 10, T = 10 s, P = 80 %, R = 5 s, hence L = 8."""

Camera = list[tuple[float, int | None]]
"""What a camera counts from which second on; None: no picture comes any more."""


def part(camera: Camera, now_ms: int, *, gone_ms: float = float("inf")) -> PartSight:
    """As its worker tells it at `now_ms`: the newest frame of the grid. gone_ms: from then on it says nothing."""
    told_ms = int(min(now_ms, gone_ms))
    newest_ms = told_ms - told_ms % FRAME_MS
    lost = [since for since, count in camera if count is None and since * 1000 <= newest_ms]
    if lost:
        newest_ms = round(min(lost) * 1000) - FRAME_MS
    count = [count for since, count in camera if since * 1000 <= newest_ms][-1]
    return PartSight(count, newest_ms, told_ms)


def play(
    cameras: Iterable[Camera],
    until_s: float,
    *,
    settings: CombinedSettings = EXAMPLE,
    alarm: CombinedAlarm | None = None,
    from_s: float = 0,
    gone: tuple[float, float] | None = None,
) -> tuple[CombinedAlarm, list[AlarmEvent]]:
    """Look four times a second. gone: from when until when the first camera has no worker, seconds."""
    alarm, events, ids = alarm or CombinedAlarm(looked_ms=round(from_s * 1000)), [], (f"alarm-{n}" for n in numbers(1))
    rule, cameras = settings.rule, list(cameras)
    for now_ms in range(round(from_s * 1000), round(until_s * 1000) + 1, LOOK_MS):
        away = gone is not None and gone[0] * 1000 <= now_ms < gone[1] * 1000
        parts = [
            part(one, now_ms, gone_ms=gone[0] * 1000 if gone and away and place == 0 else float("inf"))
            for place, one in enumerate(cameras)
        ]
        seen = sighting(parts, settings.together, now_ms=now_ms, lost_after_ms=rule.lost_after_ms)
        alarm, new = alarm.look(now_ms=now_ms, seen=seen, rule=rule, new_id=ids.__next__)
        events += new
    return alarm, events
