"""One owner of one camera without sockets, on a host whose clock we set."""

import itertools
import json
from dataclasses import replace
from typing import Any, Self

from analytics.workers.alarmbook import Scene
from analytics.workers.moment import Moment
from analytics.workers.nonmask import MaskWatch
from analytics.workers.occupancy import OccupancyWatch
from analytics.workers.outbox import Entry
from analytics.workers.plan import CameraPlan, ExtensionPlan, OpenAlarm
from analytics.workers.state import SavedState
from cameras.capture.source import SourceSpec
from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import OccupancySettings
from tests.analytics.workers.fakes import FakeFaceNetwork, FakeNetwork, draw, draw_faces

NOON = 1_795_000_000.0  # POSIX seconds at 0 of the first owner's capture clock
FPS = 5.0
STEP_MS = 200


class Owner:
    """One owner of occupancy, on a host whose capture clock shows `offset_ms` at NOON."""

    watches: Any = OccupancyWatch
    network: Any = FakeNetwork
    draw: Any = staticmethod(draw)

    def __init__(self, plan: CameraPlan, offset_ms: int, at_s: float, saved: SavedState | None = None) -> None:
        self.offset_ms, self.entries = offset_ms, list[Entry]()
        self._numbers = itertools.count()
        self.watch = self.watches(plan, saved, epoch=offset_ms + 1, at=self.moment(at_s))
        self.watch.use(self.network())

    def moment(self, at_s: float) -> Moment:
        return Moment(self.offset_ms + round(at_s * 1000), NOON + at_s)

    def see(self, count: int, begin_s: float, end_s: float, **how: Any) -> Self:
        """Frames with so many people, five a second, from `begin_s` up to `end_s` after NOON. how: they are drawn."""
        for step_ms in range(round(begin_s * 1000), round(end_s * 1000), STEP_MS):
            at = self.moment(step_ms / 1000)
            frame = self.draw(count, next(self._numbers), at_ms=at.clock_ms, taken_at=at.now, **how)
            self.result = self.watch.look(frame)
            self.entries += self.watch.news(lambda _number: Scene())
        return self

    def wait(self, begin_s: float, end_s: float) -> Self:
        """No frames."""
        for step_ms in range(round(begin_s * 1000), round(end_s * 1000), STEP_MS):
            self.entries += self.watch.tick(self.moment(step_ms / 1000))
        return self

    def rest(self, at_s: float) -> Self:
        """The operation schedule closes."""
        self.entries += self.watch.rest(self.moment(at_s))
        return self

    def wake(self, at_s: float) -> Self:
        """The operation schedule opens."""
        self.watch.wake(self.moment(at_s))
        return self

    def leave(self, at_s: float) -> SavedState:
        """Killed just after this save."""
        data = json.loads(json.dumps(self.watch.export(self.moment(at_s))))
        return SavedState(data, 1, round((NOON + at_s) * 1e6), 0)

    def told(self) -> list[tuple[str, float, str]]:
        """(kind, seconds after NOON, reason) of the news of alarms."""
        news = [one.data for one in self.entries if "alarm_id" in one.data]
        return [(one["kind"], round(one["at"] - NOON, 3), one["reason"]) for one in news]

    def ids(self) -> set[str]:
        return {one.data["alarm_id"] for one in self.entries if "alarm_id" in one.data}


class FaceOwner(Owner):
    """One owner of non-mask."""

    watches = MaskWatch
    network = FakeFaceNetwork
    draw = staticmethod(draw_faces)


def face_plan(**settings: Any) -> CameraPlan:
    """A camera with nothing but non-mask."""
    given = ExtensionPlan(NonmaskSettings.from_json(settings))
    return replace(plan(), occupancy=None, nonmask=given)


def plan(**area: Any) -> CameraPlan:
    given = {"number": 1, "name": "Lobby", "status": True, "count_threshold": 3, "time_s": 4, **area}
    given.setdefault("polygon", [[0, 0], [1, 0], [1, 1], [0, 1]])
    settings = OccupancySettings.from_json({"areas": [given], "notification_operation": "one_time"})
    return CameraPlan(
        camera_id=7,
        site_id=1,
        name="Door",
        spec=SourceSpec("fake:3", fps=FPS),
        zones=(),
        deactivation_s=5,
        version=1,
        simulated=True,
        occupancy=ExtensionPlan(settings),
    )


def installed(one: CameraPlan, **changes: Any) -> CameraPlan:
    """The plan with other facts of its occupancy extension: settings, schedule, network, open_alarms."""
    assert one.occupancy is not None
    return replace(one, occupancy=replace(one.occupancy, **changes))


def taken_over(saved: SavedState, at_s: float) -> SavedState:
    return SavedState(saved.data, saved.epoch, saved.us, round((NOON + at_s) * 1e6))


def orphaned(one: CameraPlan) -> CameraPlan:
    orphan = OpenAlarm("11111111-1111-1111-1111-111111111111", 1, "Lobby", 4, 3, NOON - 60, 1)
    return installed(one, open_alarms=(orphan,))
