"""What the camera loops of one worker process share, and what each says of itself."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from analytics.workers.clipmaker import ClipMaker
from analytics.workers.detectors import DetectorShelf
from analytics.workers.pictures import JpegEncoder
from analytics.workers.plan import CameraPlan
from analytics.workers.plandesk import PlanDesk
from cameras.capture.frame import Frame
from cameras.capture.health import CameraStatus
from cameras.capture.privacy import Zone
from cameras.capture.reader import CameraReader
from cameras.capture.source import FrameSource, SourceSpec


class Reader(Protocol):
    """What a loop asks of a `CameraReader`."""

    zones: tuple[Zone, ...]
    spare_large: bool

    @property
    def most_fps(self) -> float: ...
    def start(self) -> None: ...
    def stop(self) -> bool: ...
    def begin(self) -> None: ...
    def take(self, timeout_s: float, /) -> Frame | None: ...
    def status(self) -> CameraStatus: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What the loops of one process share."""

    open_source: Callable[[SourceSpec], FrameSource]
    detectors: DetectorShelf
    desk: PlanDesk
    jpegs: JpegEncoder
    clips: ClipMaker
    give_up: Callable[[], None]
    stopping: threading.Event

    def reader(self, plan: CameraPlan) -> Reader:
        """Of this camera; its `start` still to be called."""
        return CameraReader(plan.spec, zones=plan.zones, name=f"camera {plan.camera_id}", opener=self.open_source)

    def rest(self, seconds: float) -> None:
        """A camera that has nothing to do lets time pass."""
        self.stopping.wait(seconds)


@dataclass(frozen=True, slots=True)
class Figures:
    """For the worker's heartbeat. looks: inferences that one frame takes."""

    looks: int
    wanted_fps: float
    fps: float
    ms: float
    short: bool
