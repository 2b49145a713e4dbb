"""Faces made by hand, and pictures that can be judged: with colour, and sharp."""

from collections.abc import Iterable, Sequence

import numpy as np

from analytics.engine.alarm.events import EventKind
from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.masks.pipeline import MaskPipeline
from analytics.engine.masks.result import FaceEvent, MaskResult
from cameras.capture.frame import Frame
from cameras.extensions.nonmask import NonmaskSettings
from tests.analytics.engine.scenes import Box, FakeDetector, detections, together

STEP_MS = 200
HERE, THERE = (0.2, 0.3, 0.3, 0.5), (0.7, 0.3, 0.8, 0.5)

_NOISE = np.random.default_rng(5).integers(30, 220, (270, 320), dtype=np.uint8)


def sharp(at_ms: int) -> Frame:
    """A colourful, sharp picture of 320×180, always the same."""
    return Frame(at_ms // STEP_MS, at_ms, 1_700_000_000 + at_ms / 1000, _NOISE)


def faces(*, mask: Iterable[Box] = (), no_mask: Iterable[Box] = (), score: float | Sequence[float] = 0.8) -> Detections:
    """What a network sees: boxes of faces with and without mask."""
    return together(detections(mask, Kind.MASK, score), detections(no_mask, Kind.NO_MASK, score))


class Scene:
    """A pipeline with its detector, driven frame by frame: what each letter of a script shows is in the picture."""

    def __init__(self, settings: NonmaskSettings | None = None, *, gate: bool = False, deactivation_s: int = 5) -> None:
        self.detector = FakeDetector(Detections.empty())
        ids = (f"a{number}" for number in range(1, 1000))
        self.pipeline = MaskPipeline(
            self.detector,
            settings or NonmaskSettings(),
            deactivation_s=deactivation_s,
            motion_gate=gate,
            new_id=lambda: next(ids),
        )
        self.at_ms = 0
        self.events: list[FaceEvent] = []

    def show(self, found: Detections, frames: int = 1) -> MaskResult:
        """So many frames that all show this; the result of the last one."""
        self.detector.shown = found
        for _ in range(frames):
            result = self.pipeline.step(sharp(self.at_ms))
            self.at_ms += STEP_MS
            self.events += result.events
        return result

    def play(self, script: str) -> MaskResult:
        """One frame for each letter, of one face: m with mask, x without, - not there."""
        shown = {"m": faces(mask=[HERE]), "x": faces(no_mask=[HERE]), "-": Detections.empty()}
        for letter in script:
            result = self.show(shown[letter])
        return result

    def told(self, *kinds: EventKind) -> list[tuple[str, str, int]]:
        """Kind, alarm and instant of what happened, of all kinds if none is named."""
        chosen = kinds or tuple(EventKind)
        return [(str(one.kind), one.alarm_id, one.at_ms) for _, one in self.events if one.kind in chosen]
