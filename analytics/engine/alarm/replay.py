"""Run the alarm timer over a change log (OCC-33, OPR-8): the live timer itself, jumping from change to change.

Within a run the count stays, so the timer only has to be asked when it would change next, not fed frame by frame. A run
of the same level as the one before changes nothing either. The live camera has frames at intervals, the replay at every
instant: a replayed alarm starts up to one frame interval earlier than the live one did, and never otherwise differs.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import count as numbers

from analytics.engine.alarm.area import AreaAlarm
from analytics.engine.alarm.changelog import Run
from analytics.engine.alarm.events import AlarmEvent, EndReason
from analytics.engine.alarm.rule import HANDOVER_MS, AlarmRule


def replay(
    runs: Iterable[Run], rule: AlarmRule, *, until_ms: int | None = None, new_id: Callable[[], str] | None = None
) -> list[AlarmEvent]:
    """The events that `rule` would have raised, in order; instants are those of the runs (UTC).

    runs: as `timeline` gives them, in order of time.    until_ms: where the last run ends (default: where it begins).
    """
    player = Player(rule, new_id or (f"replay-{n}" for n in numbers(1)).__next__)
    for run, end_ms in _with_ends(runs, until_ms):
        if run.gap:
            player.gap(run.at_ms, end_ms)
        else:
            player.run(run.at_ms, run.count, end_ms)
    return player.events


def _with_ends(runs: Iterable[Run], until_ms: int | None) -> Iterator[tuple[Run, int]]:
    last: Run | None = None
    for run in runs:
        if last is not None:
            yield last, run.at_ms
        last = run
    if last is not None:
        yield last, last.at_ms if until_ms is None else until_ms


class Player:
    """Feeds one area's alarm with the instants that matter, and keeps what it tells.

    Runs and gaps come in order of time; in between, `follow` puts another rule in force (a band, SPEC 4.11) and `shut`
    ends what is open (the schedule, EXT-4).
    """

    def __init__(self, rule: AlarmRule, new_id: Callable[[], str]) -> None:
        self.events: list[AlarmEvent] = []
        self._new_id = new_id
        self._area = AreaAlarm()
        self._count: int | None = None
        self._change_ms: int | None = None
        self.follow(rule)

    def follow(self, rule: AlarmRule) -> None:
        """From the next run on; the time that has run is kept."""
        self._rule = replace(rule, counts_hold=True)
        self._lost_after_ms = rule.lost_after_ms
        self._kind: int | None = None  # whatever comes next is a frame
        self._kinds: dict[int | None, int] = {}

    def shut(self, at_ms: int, reason: EndReason = EndReason.SCHEDULE) -> None:
        """The timer is set to 0: outside the schedule from here on, until the next run, or by new settings."""
        self._area, events = self._area.reset(at_ms=at_ms, reason=reason, rule=self._rule)
        self.events.extend(events)
        self._kind = self._change_ms = self._count = None

    def run(self, at_ms: int, count: int | None, end_ms: int) -> None:
        """`count` holds from `at_ms` up to `end_ms`."""
        before, self._count = self._count, count
        kind = self._kinds.get(count)
        if kind is None:
            kind = self._kinds[count] = self._kind_of(count)
        if kind != self._kind:
            self._kind = kind
            self._area = replace(self._area, count=before)  # of the frames left out, whose count an end may tell
            self._frame(at_ms)
        while self._change_ms is not None and self._change_ms < end_ms:
            self._frame(self._change_ms)

    def gap(self, at_ms: int, end_ms: int) -> None:
        """Nobody watched; up to H it moves nothing, longer it is a lost camera (SPEC 4.10)."""
        if at_ms == end_ms:
            return  # the end of the log
        self._area = replace(self._area, count=self._count)
        if end_ms - at_ms > HANDOVER_MS:
            self._tick(min(at_ms + self._lost_after_ms, end_ms))
            self.run(min(at_ms + self._lost_after_ms, end_ms), None, end_ms)
            return
        self._frame(at_ms)  # the last frame before the gap was about here: a segment ends with what its owner saw
        self._area = self._area.resume(shift_ms=0, gap_ms=end_ms - at_ms)
        self._kind = self._change_ms = None  # whatever comes next is a frame

    def _kind_of(self, count: int | None) -> int:
        """Counts of the same kind do the same to the timer and to what may be told; count 0 is told nothing."""
        return -1 if count == 0 and self._rule.low == 0 else int(self._rule.level(count))

    def _frame(self, at_ms: int) -> None:
        self._area, events = self._area.frame(at_ms=at_ms, count=self._count, rule=self._rule, new_id=self._new_id)
        self.events.extend(events)
        self._change_ms = self._area.next_change_ms(self._rule)

    def _tick(self, at_ms: int) -> None:
        self._area, events = self._area.tick(at_ms=at_ms, rule=self._rule)
        self.events.extend(events)
