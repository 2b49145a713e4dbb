"""When a face says nothing about a mask (MASK-4, MASK-5): too small, cut off, out of focus, no colour.

Turned and tilted faces are told by landmarks. None of the networks for faces gives any, so that is not known, and
`pose_known` says so (MaskResult).
"""

from __future__ import annotations

from analytics.engine.masks.focus import blur_of
from analytics.engine.masks.result import Box, Reason
from cameras.capture.frame import Frame
from cameras.extensions.nonmask import NonmaskSettings

REFERENCE_WIDTH = 1920
EDGE = 0.002  # of the picture: a box that comes so near to its edge goes on behind it
BLURRED = 0.62  # of a face's detail is gone: twice what is gone of a sharp one

POSE_KNOWN = False


class Gates:
    """The gates of one camera."""

    def __init__(self, settings: NonmaskSettings) -> None:
        self._least = settings.min_face_px / REFERENCE_WIDTH

    def closed(self, frame: Frame, box: Box, *, monochrome: bool) -> Reason | None:
        """Why the face in the box (fractions of the frame) is not judged; None when it is. The cheapest come first."""
        if monochrome:
            return Reason.MONOCHROME
        if box[2] - box[0] < self._least:
            return Reason.SMALL
        if min(box) <= EDGE or max(box) >= 1 - EDGE:
            return Reason.EDGE
        blur = blur_of(frame, box)
        return Reason.BLURRED if blur is not None and blur > BLURRED else None
