"""What an extension has to say for itself, so that one machine (`watch.py`) can run any of them: its chain, what it
counts, and what screens are told of it. `occupancy.py` and `nonmask.py` are the two that there are.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from analytics.engine.alarm.events import AlarmEvent, EndReason
from analytics.engine.alarms import BandThresholds
from analytics.engine.inference.detector import Detector
from analytics.engine.inference.task import Task
from analytics.engine.scene.watch import Seen
from analytics.live import ExtensionState
from analytics.workers.adoption import Orphans
from analytics.workers.alarmbook import Scene, Told
from analytics.workers.clipring import Shown
from analytics.workers.moment import Moment
from analytics.workers.outbox import Entry
from analytics.workers.plan import OpenAlarm
from cameras.capture.frame import Frame

Events = Sequence[tuple[int, AlarmEvent]]
Scenes = Callable[[int], Scene]


class Chain(Protocol):
    """What every extension's pipeline can; `analytics.engine.pipeline` says what each of these does."""

    def tick(self, at_ms: int) -> Events: ...
    def lose(self, at_ms: int) -> Events: ...
    def apply(self, settings: Any, deactivation_s: int, at_ms: int, *, turned: int = 0) -> Events: ...
    def rest(self, at_ms: int) -> Events: ...
    def close(self, at_ms: int, reason: EndReason) -> Events: ...
    def export_state(self) -> dict[str, Any]: ...
    def restore_state(self, state: Mapping[str, Any], *, shift_ms: int, gap_ms: int) -> Events: ...


class Tallies(Protocol):
    """What an extension counts by the minute (`counts.py`, `compliance.py`). Instants are ms UTC."""

    def pause(self, at_ms: int) -> list[Entry]: ...
    def close(self, at_ms: int) -> list[Entry]: ...
    def export(self, at_ms: int) -> dict[str, Any]: ...
    def adopt(self, exported: Mapping[str, Any]) -> list[Entry]: ...


class Outcome(Protocol):
    """What every result says."""

    @property
    def taken_at(self) -> float: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def monochrome(self) -> bool: ...
    @property
    def events(self) -> Events: ...


P = TypeVar("P", bound=Chain)
R = TypeVar("R", bound=Outcome)


class ExtensionKind(ABC, Generic[P, R]):
    """task: its name.    orphaned: what an alarm ends with that nobody knows any more."""

    task: ClassVar[Task]
    orphaned: ClassVar[EndReason] = EndReason.CAMERA_LOST

    @abstractmethod
    def _new_pipeline(self, detector: Detector) -> P:
        """With the settings of now."""

    @abstractmethod
    def _step(self, pipeline: P, frame: Frame, *, faint: bool) -> R:
        """One frame through the chain."""

    @abstractmethod
    def _told_with(self, at: Moment, result: R | None, scene: Scenes) -> Told:
        """What news of this moment is told with."""

    @abstractmethod
    def _new_orphans(self, alarms: Iterable[OpenAlarm]) -> Orphans:
        """Alarms that only the database knows."""

    @abstractmethod
    def _adopt(self, result: R, at: Moment) -> None:
        """Go on with the orphans that this frame shows."""

    @abstractmethod
    def _counted(self, result: R, at: Moment) -> list[Entry]:
        """The tallies of one frame."""

    @abstractmethod
    def _passed_by(self, at: Moment) -> list[Entry]:
        """The tallies of time without a frame."""

    @abstractmethod
    def seen(self, result: R) -> Seen:
        """What the scene of the camera is judged by (CAM-8)."""

    @abstractmethod
    def shows(self, result: R) -> bool:
        """Whether there is anything of what it looks for; `live` says what, and costs a hundred times as much."""

    @abstractmethod
    def live(self, frame: Frame, state: ExtensionState) -> dict[str, Any]:
        """This extension's part of `LiveFrame`: of this very frame, or of one that it did not look at."""

    @abstractmethod
    def shown(self) -> Shown:
        """The boxes, areas or faces of `live` of the last frame that was looked at, worked out when somebody asks."""

    @abstractmethod
    def told(self, state: ExtensionState, now: float) -> dict[str, Any]:
        """This extension's part of `CameraState`. now: POSIX seconds."""

    @abstractmethod
    def urgent(self) -> tuple[Any, ...]:
        """What a person waits for: browsers hear of it at once when it differs."""

    def blurred(self, _number: int) -> list[list[float]]:
        """Boxes to be blurred on the picture of an alarm (OPR-3), of this number."""
        return []

    def face(self, _number: int) -> int | None:
        """The track of the face that an alarm of this number is about; most are about none."""
        return None

    def enter_band(self, thresholds: BandThresholds) -> None:
        """The count thresholds of a band hold from the next frame on (OCC-34); most extensions have none."""
