"""HTTP MJPEG: one endless answer with a JPEG file per part (CAM-1)."""

import threading
from collections import deque
from time import monotonic

import httpx

from cameras.capture.http_camera import HttpCamera
from cameras.capture.multipart import MultipartDecoder, MultipartError, boundary_of
from cameras.capture.pace import Pace
from cameras.capture.source import NotAVideoError, StreamEndedError, StreamStalledError

PICTURE_LIMIT_S = 10.0


class MjpegStream:
    """The pictures of one multipart answer; those that nobody will analyse are passed over without decoding."""

    def __init__(self, camera: HttpCamera, answer: httpx.Response, fps: float, cancelled: threading.Event) -> None:
        self._camera = camera
        self._chunks = answer.iter_raw()
        self._pace = Pace(fps)
        self._cancelled = cancelled
        self._jpegs: deque[bytes] = deque()
        self._number = -1
        try:
            self._decoder = MultipartDecoder(boundary_of(answer.headers.get("content-type", "")))
        except MultipartError as exc:
            raise NotAVideoError(f"{camera}: {exc}") from exc

    def next(self) -> tuple[int, bytes]:
        """Number and file of the next picture due. Raises CaptureError."""
        deadline = monotonic() + PICTURE_LIMIT_S
        while monotonic() < deadline:
            if not self._jpegs:
                self._jpegs.extend(self._received())
                continue
            jpeg = self._jpegs.popleft()
            self._number += 1
            if self._pace.due(monotonic() * 1000):
                return self._number, jpeg
        raise StreamStalledError(f"{self._camera}: data arrives, but no picture for {PICTURE_LIMIT_S:g} s")

    def _received(self) -> list[bytes]:
        """The pictures that the next piece of the answer completes."""
        if self._cancelled.is_set() or self._decoder.ended:
            raise StreamEndedError(f"{self._camera}: {'closed' if self._cancelled.is_set() else 'the stream ended'}")
        with self._camera.named_errors(reading=True):
            chunk = next(self._chunks, None)
        if chunk is None:
            raise StreamEndedError(f"{self._camera}: the camera ended the stream")
        try:
            return self._decoder.feed(chunk)
        except MultipartError as exc:
            raise NotAVideoError(f"{self._camera}: {exc}") from exc
