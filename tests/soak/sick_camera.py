"""Cameras over HTTP and RTSP that show three bars as long as they are well (SPEC 15)."""

from pathlib import Path

import cv2
import numpy as np

from cameras.capture.frame import Frame
from tests.analytics.workers.fakes import draw
from tests.cameras.capture.support import jpeg, jpeg_of, write_clip
from tests.servers.http_camera import HttpCameraServer

BARS, PICTURES, EVERY_S = 3, 8, 0.2
LARGER, HUGE = 2, 12  # times the usual 320×180


class SickCamera(HttpCameraServer):
    """Sends its pictures five times a second; what else it does is said by its methods, until `recover`."""

    def __init__(self) -> None:
        self._well = [jpeg(bars(number)) for number in range(PICTURES)]
        self._noise = np.random.default_rng(1)
        self._sent = 0
        super().__init__(self._well, interval_s=EVERY_S)

    def next_jpeg(self) -> bytes:
        """See `HttpCameraServer.next_jpeg`; whatever it sends, it sends in turn."""
        self._sent += 1
        return self.jpegs[self._sent % len(self.jpegs)]

    def recover(self) -> None:
        """As it was in the beginning."""
        self.jpegs, self.interval_s = self._well, EVERY_S
        self.frozen.clear()

    def fall_silent(self) -> None:
        """The connection stays open, nothing comes."""
        self.frozen.set()

    def repeat(self) -> None:
        """The same picture for ever, bit by bit."""
        self.jpegs = self._well[:1]

    def babble(self) -> None:
        """What begins and ends like pictures, and is none."""
        self.jpegs = [b"\xff\xd8" + self._noise.bytes(20_000) + b"\xff\xd9" for _ in range(PICTURES)]

    def grow(self) -> None:
        """The same scene in a larger picture."""
        self.jpegs = [_scaled(bars(number), LARGER) for number in range(PICTURES)]

    def flood(self) -> None:
        """4K, as fast as the connection takes it."""
        self.jpegs, self.interval_s = [_scaled(bars(number), HUGE) for number in range(PICTURES)], 0.0


def bars(number: int) -> Frame:
    """The scene moves a little: what compression leaves of it differs from picture to picture."""
    frame = draw(BARS, number)
    luma = frame.luma()
    luma[:] = np.roll(luma, 2 * (number % PICTURES), axis=1)
    return frame


def bars_clip(path: Path) -> Path:
    """Three seconds of it."""
    return write_clip(path, [bars(number) for number in range(30)])


def _scaled(frame: Frame, times: int) -> bytes:
    return jpeg_of(cv2.resize(frame.bgr(), None, fx=times, fy=times, interpolation=cv2.INTER_NEAREST))
