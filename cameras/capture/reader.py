"""The thread that reads one camera: open, read, turn, hand over; after a failure wait, and try again (CAM-6)."""

import logging
import threading
from collections.abc import Callable, Sequence
from contextvars import copy_context
from time import monotonic

from cameras.capture.frame import Frame
from cameras.capture.frozen import FrozenWatch
from cameras.capture.health import Backoff, CameraStatus, HealthLog
from cameras.capture.newest import NewestFrame
from cameras.capture.pace import Pace
from cameras.capture.privacy import Zone, paint
from cameras.capture.source import CaptureError, FrameSource, SourceSpec
from cameras.capture.sources import source_open
from cameras.capture.turn import turn

logger = logging.getLogger(__name__)

STALL_AFTER_S = 2.0
LARGE_PX, LARGE_FPS = 3840 * 2160, 15.0  # from so many pixels on, at most so many frames a second where that is asked
WELL_AFTER_S = 10.0  # a stream that lasted this long was well: the next failure is a new one


class CameraReader:
    """Keeps one camera's newest frame at hand, whatever the camera does.

    `take` gives frames that are already turned (CAM-4) and painted over (CAM-5): zones belong to the turned picture. It
    is the only way out, and paints what it gives: a frame captured before a zone was saved shows nothing of it, either.
    A frozen picture is not handed over: for who takes, the camera is lost, as the status says. All methods may be
    called from any thread.
    """

    def __init__(
        self,
        spec: SourceSpec,
        *,
        zones: Sequence[Zone] = (),
        name: str = "camera",
        opener: Callable[[SourceSpec], FrameSource] = source_open,
        stall_after_s: float | None = None,
        frozen_after_s: float = 10.0,
        backoff: Backoff | None = None,
    ) -> None:
        """`stall_after_s` None: 2 s, or three intervals of a slow camera (SPEC 4.9). `name` is for logs."""
        self.zones = tuple(zones)  # replaced as a whole at any time; holds from the next `take` on
        self.spare_large = False  # set at any time: pictures of 4K are handed over at LARGE_FPS at most (MASK-1)
        self._spec, self._name, self._opener = spec, name, opener
        self._health = HealthLog(stall_after_s or max(STALL_AFTER_S, 3.0 / spec.fps))
        self._frozen = FrozenWatch(frozen_after_s)
        self._backoff = backoff or Backoff()
        self._newest, self._pace = NewestFrame(), Pace(LARGE_FPS)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._source: FrameSource | None = None
        self._first_frame_s: float | None = None  # of this opening
        run = copy_context().run  # what the log knows of whoever opened it, it knows here, too
        self._thread = threading.Thread(target=run, args=(self._run,), name=f"capture {name}", daemon=True)

    def start(self) -> None:
        """Begin to read. Once."""
        self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> bool:
        """Ask the thread to end and wait at most so long; whether it has ended.

        One that sits in a time limit of FFmpeg ends by itself a little later, and hands over nothing any more.
        """
        self._stopping.set()
        self._newest.close()
        with self._lock:
            if self._source is not None:
                self._source.cancel()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def begin(self) -> None:
        """Frames are going to be taken, of a stream that was opened ahead: what came so far nobody has missed."""
        self._newest.begin()

    def take(self, timeout_s: float) -> Frame | None:
        """The newest frame that was not taken yet; None when none came in time."""
        frame = self._newest.take(timeout_s)
        return None if frame is None else paint(frame, self.zones)

    @property
    def most_fps(self) -> float:
        """How many frames a second it hands over at most: the wanted rate, or less of a picture that is spared."""
        if not self.spare_large:
            return self._spec.fps
        now = self.status()
        return min(self._spec.fps, LARGE_FPS) if now.width * now.height >= LARGE_PX else self._spec.fps

    def status(self) -> CameraStatus:
        """How the camera is doing now."""
        return self._health.status(self._newest.dropped)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._first_frame_s = None
            self._attempt()
            if self._first_frame_s is not None and monotonic() - self._first_frame_s > WELL_AFTER_S:
                self._backoff.reset()
            self._stopping.wait(self._backoff.next_s())

    def _attempt(self) -> None:
        """One opening, until it fails. Nothing that a camera does may end the thread."""
        self._health.opening()
        try:
            self._read_all(self._opener(self._spec))
        except CaptureError as exc:
            self._note(exc)
        except Exception:  # outermost loop of a thread: one camera's surprise is logged, and tried again
            logger.exception("%s: capture failed unexpectedly", self._name)
            self._note(CaptureError("an error in the portal, see its log"))

    def _read_all(self, source: FrameSource) -> None:
        with self._lock:
            self._source = source
        try:
            source.open()
            while not self._stopping.is_set():
                self._hand_over(source.read())
        finally:
            with self._lock:
                self._source = None
            source.close()

    def _hand_over(self, frame: Frame) -> None:
        self._first_frame_s = self._first_frame_s or monotonic()
        if self.spare_large and frame.width * frame.height >= LARGE_PX and not self._pace.due(frame.at_ms):
            return
        frame = turn(frame, self._spec.rotation)
        frozen = self._frozen.look(frame)
        self._health.picture(frame, frozen=frozen)
        if not frozen:
            self._newest.put(frame)

    def _note(self, error: CaptureError) -> None:
        if self._stopping.is_set():
            return
        repeated = str(error) == self._health.status().last_error
        logger.log(logging.DEBUG if repeated else logging.WARNING, "%s: %s", self._name, error)
        self._health.failed(error)
