"""What the camera loops of one worker process share, and what each says of itself."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from analytics.workers.clipmaker import ClipMaker
from analytics.workers.detectors import DetectorShelf
from analytics.workers.pictures import JpegEncoder
from analytics.workers.plandesk import PlanDesk
from cameras.capture.source import FrameSource, SourceSpec


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


@dataclass(frozen=True, slots=True)
class Figures:
    """For the worker's heartbeat. looks: inferences that one frame takes."""

    looks: int
    wanted_fps: float
    fps: float
    ms: float
    short: bool
