"""Test connection: is there a picture at this address, which one, and if not, why (CAM-2)? Plain Python.

The real source is opened, so a camera that passes is a camera that works. It is read in a thread of its own: some waits
of FFmpeg end only by their own limits, and whoever asked has an answer after `limit_s` all the same. A thread that is
left behind keeps its place until it has ended, so that slow cameras cannot gather threads.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Self

import cv2

from cameras.capture.frame import Frame, Pixels
from cameras.capture.privacy import Zone, paint
from cameras.capture.source import (
    AddressInvalidError,
    AddressRefusedError,
    CaptureError,
    EncryptedStreamError,
    FrameSource,
    NoAnswerError,
    NotAVideoError,
    PortClosedError,
    SourceSpec,
    SourceUnreachableError,
    StreamEndedError,
    StreamStalledError,
    UnauthorisedError,
    UnknownHostError,
    UnsupportedCodecError,
)
from cameras.capture.sources import source_open
from cameras.capture.turn import turn
from cameras.onboarding.reasons import ConnectionTestError, Reason, TooManyTestsError

logger = logging.getLogger(__name__)

LIMIT_S = 10.0
SETTLE_MS = 500  # pictures that gathered while the stream was being opened come in a rush
MEASURE_S = 2.0  # how long pictures are looked at after the first one
MOST_WIDTH = 960  # of the picture shown, in pixels
QUALITY = 82
Opener = Callable[[SourceSpec], FrameSource]

# From the special to the general: the first that fits is the reason.
_REASONS: tuple[tuple[type[CaptureError], Reason], ...] = (
    (AddressInvalidError, Reason.ADDRESS_INVALID),
    (AddressRefusedError, Reason.ADDRESS_REFUSED),
    (UnknownHostError, Reason.UNKNOWN_HOST),
    (PortClosedError, Reason.REFUSED),
    (NoAnswerError, Reason.TIMED_OUT),
    (StreamStalledError, Reason.TIMED_OUT),
    (SourceUnreachableError, Reason.UNREACHABLE),
    (UnauthorisedError, Reason.WRONG_PASSWORD),
    (UnsupportedCodecError, Reason.UNSUPPORTED_CODEC),
    (EncryptedStreamError, Reason.ENCRYPTED),
    (NotAVideoError, Reason.NOT_A_VIDEO),
    (StreamEndedError, Reason.BROKE_OFF),
)


@dataclass(frozen=True, slots=True)
class Connection:
    """What was seen.

    jpeg: the first picture, at most MOST_WIDTH wide, turned, privacy zones painted.    width, height: of the turned
    picture, in pixels.
    fps: pictures a second that arrived, None when there was but one.    codec: in FFmpeg's words.
    simulated: the picture is drawn by us.
    """

    jpeg: bytes
    width: int
    height: int
    fps: float | None
    codec: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """The frames that matter of a stretch of pictures: the first, the first one after the rush, the last."""

    first: Frame
    settled: Frame
    last: Frame

    @classmethod
    def of(cls, frame: Frame) -> Self:
        """It begins."""
        return cls(frame, frame, frame)

    def then(self, frame: Frame) -> "Stretch":
        """It goes on."""
        still_rushing = self.settled.at_ms - self.first.at_ms < SETTLE_MS
        return Stretch(self.first, frame if still_rushing else self.settled, frame)

    def fps(self) -> float | None:
        """Pictures a second; of a stretch too short to leave the rush out, all count; None of one picture."""
        begin = self.settled if self.last.at_ms > self.settled.at_ms else self.first
        passed_ms = self.last.at_ms - begin.at_ms
        return round((self.last.number - begin.number) * 1000 / passed_ms, 1) if passed_ms > 0 else None


class ConnectionTester:
    """Tests of one process, at most `most` at a time. Safe to call from any thread; blocks the caller."""

    def __init__(self, *, most: int = 4, limit_s: float = LIMIT_S, opener: Opener = source_open) -> None:
        self._places = threading.BoundedSemaphore(most)
        self._limit_s, self._opener = limit_s, opener

    def test(self, spec: SourceSpec, *, zones: Sequence[Zone] = ()) -> Connection:
        """Takes at most the limit. Raises ConnectionTestError, TooManyTestsError."""
        if not self._places.acquire(blocking=False):
            raise TooManyTestsError("as many connections as possible are being tested")
        attempt = _Attempt(lambda: self._opener(spec), spec.rotation, self._places.release)
        return attempt.outcome(self._limit_s, zones)


class _Attempt:
    """One opening of a source, read by a thread until enough was seen; `at_end` is called when the thread has ended."""

    def __init__(self, opener: Callable[[], FrameSource], rotation: int, at_end: Callable[[], object]) -> None:
        self._opener, self._rotation, self._at_end = opener, rotation, at_end
        self._source: FrameSource | None = None
        self._stretch: Stretch | None = None
        self._codec = ""
        self._error: CaptureError | None = None
        self._over = threading.Event()
        threading.Thread(target=self._run, name="test connection", daemon=True).start()

    def outcome(self, limit_s: float, zones: Sequence[Zone]) -> Connection:
        """Once a picture has come, nothing that happens afterwards makes it a failure."""
        in_time = self._over.wait(limit_s)
        if not in_time and self._source is not None:
            self._source.cancel()
        if self._stretch is not None and self._source is not None:
            return _seen(self._stretch, self._source, self._codec, zones)
        if in_time and self._error is not None:
            raise ConnectionTestError(reason_of(self._error), str(self._error)) from self._error
        raise ConnectionTestError(Reason.TIMED_OUT, f"no picture within {limit_s:g} s")

    def _run(self) -> None:
        try:
            self._read()
        except CaptureError as exc:
            self._error = exc
        except Exception:  # outermost call of a thread: a camera's surprise is logged, and is an answer like others
            logger.exception("a test of a connection failed unexpectedly")
            self._error = CaptureError("an error in the portal, see its log")
        finally:
            self._over.set()
            self._at_end()

    def _read(self) -> None:
        self._source = source = self._opener()
        try:
            source.open()
            stretch = Stretch.of(turn(source.read(), self._rotation))
            self._codec = source.codec
            end_s = monotonic() + MEASURE_S
            self._stretch = stretch
            while monotonic() < end_s:
                self._stretch = stretch = stretch.then(source.read())
        finally:
            source.close()


def _seen(stretch: Stretch, source: FrameSource, codec: str, zones: Sequence[Zone]) -> Connection:
    first = stretch.first
    jpeg = picture(paint(first, zones))
    return Connection(jpeg, first.width, first.height, stretch.fps(), codec, source.simulated)


def picture(frame: Frame) -> bytes:
    """A JPEG file of a frame, at most MOST_WIDTH wide."""
    bgr: Pixels = frame.bgr()
    if frame.width > MOST_WIDTH:
        size = (MOST_WIDTH, round(frame.height * MOST_WIDTH / frame.width))
        bgr = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]  # OpenCV names no dtype
    _done, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return data.tobytes()


def reason_of(error: CaptureError) -> Reason:
    """The reason for what a source raised."""
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), Reason.FAILED)
