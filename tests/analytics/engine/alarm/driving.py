"""Drive an area's alarm in tests: counts over time in, short readable tuples out."""

from collections.abc import Iterable, Sequence
from itertools import count as numbers

from analytics.engine.alarm.area import AreaAlarm
from analytics.engine.alarm.events import AlarmEvent, EventKind
from analytics.engine.alarm.rule import AlarmRule

Frame = tuple[int, int | None]


def rule(threshold: int = 10, time_s: float = 10, **fields: object) -> AlarmRule:
    """The rule of SPEC's worked example: N = 10, T = 10 s, P = 80 %, R = 5 s, hence L = 8."""
    return AlarmRule(threshold=threshold, time_ms=round(time_s * 1000), **fields)  # type: ignore[arg-type]


def frames(*spans: tuple[int | None, float], fps: float = 5, start_ms: int = 0) -> list[Frame]:
    """Frames at `fps`: each span is a count and how many seconds it holds. The count -1: no frames come."""
    taken: list[Frame] = []
    begin_s = 0.0
    for count, seconds in spans:
        first, last = round(begin_s * fps), round((begin_s + seconds) * fps)
        if count != -1:
            taken += [(start_ms + round(number * 1000 / fps), count) for number in range(first, last)]
        begin_s += seconds
    return taken


def play(
    taken: Iterable[Frame],
    using: AlarmRule,
    *,
    area: AreaAlarm | None = None,
    ticks: Sequence[int] = (),
    first_id: int = 1,
) -> tuple[AreaAlarm, list[AlarmEvent]]:
    """Feed frames and, in between, ticks (a tick at the instant of a frame comes first)."""
    area = area or AreaAlarm()
    events: list[AlarmEvent] = []
    ids = (f"alarm-{n}" for n in numbers(first_id))
    steps = [(at_ms, 1, count) for at_ms, count in taken] + [(at_ms, 0, None) for at_ms in ticks]
    for at_ms, is_frame, count in sorted(steps, key=lambda step: step[:2]):
        if is_frame:
            area, new = area.frame(at_ms=at_ms, count=count, rule=using, new_id=ids.__next__)
        else:
            area, new = area.tick(at_ms=at_ms, rule=using, new_id=ids.__next__)
        events += new
    return area, events


def told(events: Iterable[AlarmEvent]) -> list[tuple[object, ...]]:
    """(what, second) of each event; ends with their reason, notifications with their number."""
    return [_short(event) for event in events]


def _short(event: AlarmEvent) -> tuple[object, ...]:
    at_s = event.at_ms / 1000
    match event.kind:
        case EventKind.STARTED:
            return ("start", at_s)
        case EventKind.NOTIFIED:
            return ("tell", at_s, event.sequence)
        case EventKind.WITHHELD:
            return ("withheld", at_s)
        case _:
            return ("end", at_s, str(event.reason))


def states(events: Iterable[AlarmEvent]) -> list[tuple[object, ...]]:
    """Starts and ends only."""
    return [short for short in told(events) if short[0] in ("start", "end")]


def tells(events: Iterable[AlarmEvent]) -> list[object]:
    """The seconds at which something is told."""
    return [short[1] for short in told(events) if short[0] == "tell"]
