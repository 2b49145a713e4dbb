"""The seam between networks and everything after them: what turns a frame into detections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.networks import Network
from cameras.capture.frame import Frame


class Detector(Protocol):
    """One network, ready to look at frames of any size; shared by the cameras of a worker."""

    @property
    def network(self) -> Network:
        """Which network answers, for screens and records."""
        ...

    def detect(self, frame: Frame, floor: Mapping[Kind, float]) -> Detections:
        """What is in the frame, down to the lowest score wanted of each kind (0..1, portal's scale).

        A kind that `floor` leaves out is not looked for. Raises FrameFailedError (this frame is lost, go on) or
        InferenceGaveUpError (hand the camera over).
        """
        ...
