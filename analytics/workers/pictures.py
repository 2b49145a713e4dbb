"""JPEG pictures of analysed frames, for who looks (DEMO-1, DEMO-6) and for alarms (OPR-3). Each one is counted."""

import threading

import cv2
import numpy as np

from cameras.capture.frame import Frame

MOST_WIDE, MOST_HIGH = 1920, 1080
QUALITY = 80


class JpegEncoder:
    """Encodes for all cameras of a process. `count` proves that nobody watching costs nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.count = 0

    def encode(self, frame: Frame) -> bytes:
        """The frame as JPEG, at most 1920×1080, aspect kept, never enlarged."""
        bgr = frame.bgr()
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
