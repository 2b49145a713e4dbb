"""The alarms of one area over days of its change log, under rules that change by the hour (OCC-33, OCC-34, EXT-4).

The same timer as live (`replay.Player`). What makes a week quick is that most of it needs no timer: from one reset to
the next an alarm can only start when the threshold was reached for T in all, which numpy adds up for every stretch
between two resets at once. The others are left out, and so is a run of the same level as the one before it. What a
notification would be is not asked, so a long alarm is two instants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count as numbers
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.engine.alarm.changelog import Run
from analytics.engine.alarm.events import AlarmEvent
from analytics.engine.alarm.replay import Player
from analytics.engine.alarm.rule import AlarmRule, Level

_UNKNOWN, _GAP = -1, -2  # in the place of a count
_GAP_LEVEL = len(Level)


class Stretch(NamedTuple):
    """From `begin_ms` on, to the next one, this rule holds; None: outside the operation schedule."""

    begin_ms: int
    rule: AlarmRule | None


@dataclass(frozen=True, slots=True, eq=False)
class AreaHistory:
    """One area's runs. at_ms: int64 (n + 1,), where each begins, and the end of the last.    count: int16 (n,)."""

    at_ms: NDArray[np.int64]
    count: NDArray[np.int16]

    @classmethod
    def of(cls, runs: Sequence[Run], until_ms: int) -> AreaHistory:
        """Of the runs of a `timeline` that ends at `until_ms` or before."""
        at_ms = np.fromiter((run.at_ms for run in runs), np.int64, len(runs))
        count = np.fromiter((_number(run) for run in runs), np.int16, len(runs))
        return cls(np.append(at_ms, max(until_ms, int(at_ms[-1]) if len(runs) else until_ms)), count)

    @property
    def known_ms(self) -> int:
        """How long a count was known."""
        return int(np.diff(self.at_ms)[self.count >= 0].sum())

    def between(self, begin_ms: int, end_ms: int) -> AreaHistory:
        """The runs of a part of the time, cut at both its ends."""
        first = max(0, int(np.searchsorted(self.at_ms, begin_ms, "right")) - 1)
        last = int(np.searchsorted(self.at_ms, end_ms, "left"))
        at_ms = np.clip(self.at_ms[first : last + 1], begin_ms, end_ms)
        return AreaHistory(at_ms, self.count[first:last])


def alarms(history: AreaHistory, stretches: Sequence[Stretch]) -> list[AlarmEvent]:
    """The starts and ends of the alarms that would have been, in order. stretches: in order, the first from the start.

    The count of an event is one of its level, not always the very count of that moment.
    """
    player: Player | None = None
    ends = [stretch.begin_ms for stretch in stretches[1:]] + [int(history.at_ms[-1])]
    new_id = (f"replay-{n}" for n in numbers(1)).__next__
    for (begin_ms, rule), end_ms in zip(stretches, ends, strict=True):
        if rule is None:
            if player is not None:
                player.shut(begin_ms)
            continue
        quiet = replace(rule, notification=False)
        if player is None:
            player = Player(quiet, new_id)
        player.follow(quiet)
        _play(player, history.between(begin_ms, end_ms), quiet)
    return player.events if player else []


def play_all(player: Player, part: AreaHistory, rule: AlarmRule) -> None:
    """Every run that changes the level, those that come to nothing, too."""
    if len(part.count):
        every = np.ones(len(part.count), dtype=bool)
        _feed(player, _with_ends(part, _changing(_levels(part.count, rule), every)))


def _play(player: Player, part: AreaHistory, rule: AlarmRule) -> None:
    _feed(player, _worth_playing(part, rule))


def _feed(player: Player, runs: Iterable[tuple[int, int, int]]) -> None:
    for at_ms, count, end_ms in runs:
        if count == _GAP:
            player.gap(at_ms, end_ms)
        else:
            player.run(at_ms, None if count == _UNKNOWN else count, end_ms)


def _worth_playing(part: AreaHistory, rule: AlarmRule) -> Iterable[tuple[int, int, int]]:
    """(begin, count, end) of the runs that decide something. See the head of this file."""
    if not len(part.count):
        return []
    level = _levels(part.count, rule)
    lasting_ms = np.diff(part.at_ms)
    section = np.cumsum(level == Level.LOW)  # each begins with a reset; the first one is what came before any
    reached_ms = np.bincount(section, weights=lasting_ms * (level == Level.REACHED))
    enough = reached_ms >= rule.time_ms
    enough[[0, -1]] = True  # an alarm may come into this part with a run of before, and leave it with one
    kept = enough[section] | (level == Level.LOW)
    kept &= _changing(level, kept)
    return _with_ends(part, kept)


def _levels(count: NDArray[np.int16], rule: AlarmRule) -> NDArray[np.int8]:
    most = int(count.max(initial=0))
    table = [rule.level(number) for number in range(most + 1)]
    levels: NDArray[np.int8] = np.array([*table, _GAP_LEVEL, Level.UNKNOWN], np.int8)[count]  # -2 and -1 are its last
    return levels


def _changing(level: NDArray[np.int8], kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool (n,): of those kept, which are not of the level of the one kept before; a gap always counts."""
    rows = kept.nonzero()[0]
    changes = np.ones(len(rows), dtype=bool)
    changes[1:] = (level[rows[1:]] != level[rows[:-1]]) | (level[rows[1:]] == _GAP_LEVEL)
    result = np.zeros(len(level), dtype=bool)
    result[rows[changes]] = True
    return result


def _with_ends(part: AreaHistory, kept: NDArray[np.bool_]) -> Iterator[tuple[int, int, int]]:
    begins = [*part.at_ms[:-1][kept].tolist(), int(part.at_ms[-1])]
    for (begin_ms, end_ms), count in zip(pairwise(begins), part.count[kept].tolist(), strict=True):
        yield begin_ms, count, end_ms


def _number(run: Run) -> int:
    if run.gap:
        return _GAP
    return _UNKNOWN if run.count is None else run.count
