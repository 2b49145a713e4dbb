"""JPEG pictures of analysed frames, for who looks (DEMO-1, DEMO-6) and for alarms (OPR-3). Each one is counted."""

import threading
from collections.abc import Sequence

import cv2
import numpy as np

from cameras.capture.frame import Frame, Pixels

MOST_WIDE, MOST_HIGH = 1920, 1080
QUALITY = 80
MARGIN = 0.25  # of a face's size, on every side: hair and chin are recognised, too
CELLS = 4  # a blurred face is so many colours wide and high: nothing of it can be put back


class JpegEncoder:
    """Encodes for all cameras of a process. `count` proves that nobody watching costs nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.count = 0

    def encode(self, frame: Frame, blurred: Sequence[Sequence[float]] = ()) -> bytes:
        """The frame as JPEG, at most 1920×1080, aspect kept, never enlarged.

        blurred: boxes, x1 y1 x2 y2 as fractions, in which nobody is to be recognised.
        """
        bgr = frame.bgr()
        for box in blurred:
            blur(bgr, box)
        scale = min(1.0, MOST_WIDE / frame.width, MOST_HIGH / frame.height)
        if scale < 1.0:
            size = (round(frame.width * scale), round(frame.height * scale))
            bgr = np.asarray(cv2.resize(bgr, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        done, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        if not done:
            raise ValueError(f"a picture of {frame.width}×{frame.height} could not be encoded")
        with self._lock:
            self.count += 1
        return jpeg.tobytes()


def blur(picture: Pixels, box: Sequence[float]) -> None:
    """Leave a few colours of a box and a margin around it, in place. picture: uint8 (h, w, 3), or one plane (h, w)."""
    height, width = picture.shape[:2]
    left, top, right, bottom = box
    across, down = (right - left) * MARGIN, (bottom - top) * MARGIN
    columns = slice(max(0, int((left - across) * width)), max(0, int((right + across) * width) + 1))
    rows = slice(max(0, int((top - down) * height)), max(0, int((bottom + down) * height) + 1))
    part = picture[rows, columns]
    if part.size:
        few = cv2.resize(part, (CELLS, CELLS), interpolation=cv2.INTER_AREA)
        picture[rows, columns] = cv2.resize(few, part.shape[1::-1], interpolation=cv2.INTER_LINEAR)
