"""JPEG snapshot polling: one request per picture, over one kept connection (CAM-1)."""

import threading
from time import monotonic

import httpx

from cameras.capture.http_camera import HttpCamera
from cameras.capture.source import NotAVideoError, StreamEndedError, StreamStalledError

LIMIT = 16 * 1024 * 1024  # bytes of one picture
PICTURE_LIMIT_S = 10.0


class JpegPolling:
    """Asks for a picture about `fps` times a second; the answer that opened the source is the first."""

    def __init__(self, camera: HttpCamera, answer: httpx.Response, fps: float, cancelled: threading.Event) -> None:
        self._camera = camera
        self._answer: httpx.Response | None = answer
        self._interval_s = 1.0 / fps
        self._cancelled = cancelled
        self._next_s = monotonic()
        self._number = -1

    def next(self) -> tuple[int, bytes]:
        """Number and file of the next picture, when its time has come. Raises CaptureError."""
        if self._cancelled.wait(max(0.0, self._next_s - monotonic())):
            raise StreamEndedError(f"{self._camera}: closed")
        # A camera slower than the wanted rate is asked at once when it has answered, never twice at a time.
        self._next_s = max(self._next_s + self._interval_s, monotonic())
        answer, self._answer = self._answer or self._camera.get(), None
        self._number += 1
        try:
            return self._number, self._body(answer)
        finally:
            answer.close()

    def _body(self, answer: httpx.Response) -> bytes:
        deadline = monotonic() + PICTURE_LIMIT_S
        body = bytearray()
        with self._camera.named_errors(reading=True):
            for chunk in answer.iter_raw():
                body += chunk
                if len(body) > LIMIT:
                    raise NotAVideoError(f"{self._camera}: a picture of more than {LIMIT} bytes")
                if monotonic() > deadline or self._cancelled.is_set():
                    raise StreamStalledError(f"{self._camera}: a picture took more than {PICTURE_LIMIT_S:g} s")
        return bytes(body)
