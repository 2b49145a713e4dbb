"""HTTP cameras: what the answer's Content-Type says decides between an MJPEG stream and polled JPEG files (CAM-1)."""

import threading

import httpx

from cameras.capture.frame import Frame
from cameras.capture.http_camera import HttpCamera
from cameras.capture.jpeg import JpegPolling
from cameras.capture.jpeg_picture import BadPictureError, JpegDecoder
from cameras.capture.mjpeg import MjpegStream
from cameras.capture.planes import PictureError, PlaneReader
from cameras.capture.source import NotAVideoError, SourceSpec, StreamEndedError

BAD_LIMIT = 10  # damaged pictures in a row; one now and then is a hiccup of the camera


class HttpSource:
    """Frames of an HTTP camera, MJPEG or JPEG."""

    simulated = False
    codec = "mjpeg"

    def __init__(self, spec: SourceSpec) -> None:
        self._fps = spec.fps
        self._camera = HttpCamera(spec)
        self._answer: httpx.Response | None = None
        self._pictures: MjpegStream | JpegPolling | None = None
        self._decoder = JpegDecoder()
        self._planes = PlaneReader()
        self._cancelled = threading.Event()

    def open(self) -> None:
        """Raises CaptureError."""
        self._answer = self._camera.get()
        kind = self._answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind.startswith("multipart/"):
            self._pictures = MjpegStream(self._camera, self._answer, self._fps, self._cancelled)
        elif kind in {"image/jpeg", "image/jpg", "image/pjpeg"}:
            self._pictures = JpegPolling(self._camera, self._answer, self._fps, self._cancelled)
        else:
            raise NotAVideoError(
                f"{self._camera}: the camera answers with {kind[:60] or 'an unnamed type'}, "
                "expected multipart/x-mixed-replace (MJPEG) or image/jpeg"
            )

    def read(self) -> Frame:
        """The next frame due. Raises CaptureError."""
        complaint = ""
        for _ in range(BAD_LIMIT):
            if self._pictures is None:
                raise StreamEndedError(f"{self._camera}: closed")
            number, jpeg = self._pictures.next()
            try:
                return self._planes.frame(self._decoder.decode(jpeg), number)
            except (BadPictureError, PictureError) as exc:
                complaint = str(exc)
        raise NotAVideoError(f"{self._camera}: {BAD_LIMIT} bad pictures in a row, the last: {complaint}")

    def close(self) -> None:
        """Close the connection."""
        if self._answer is not None:
            self._answer.close()
        self._camera.close()
        self._pictures = None

    def cancel(self) -> None:
        """A waiting `read` ends with the next piece of data or by its time limit."""
        self._cancelled.set()
