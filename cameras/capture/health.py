"""How a camera is doing: states, figures, and how long to wait before the next attempt (CAM-6)."""

import random
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic, time

from cameras.capture.frame import Frame
from cameras.capture.source import CaptureError, StreamStalledError, UnauthorisedError

RATE_WINDOW_S = 5.0


class CaptureState(StrEnum):
    """What the portal shows about a camera."""

    CONNECTING = "connecting"
    ONLINE = "online"
    STALLED = "stalled"
    OFFLINE = "offline"
    UNAUTHORISED = "unauthorised"


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """One look at a camera.

    fps_in: pictures that came per second over the last 5 s.    last_frame_at, since: POSIX seconds, UTC; `since` is
    when the state began.    last_error: without credentials, stays after recovery.    reconnects: openings after the
    first.
    dropped: frames that nobody took in time.    frozen: the picture has not changed by a bit for too long.
    """

    state: CaptureState
    fps_in: float
    last_frame_at: float | None
    last_error: str
    reconnects: int
    dropped: int
    frozen: bool
    width: int
    height: int
    since: float


class Backoff:
    """Waits of 1 to 60 s that double, with up to half as much again by chance, so that cameras do not come in step."""

    JITTER = 0.5

    def __init__(self, first_s: float = 1.0, limit_s: float = 60.0, chance: Callable[[], float] | None = None) -> None:
        """`chance` gives 0..1."""
        self._first_s, self._top_s = first_s, limit_s / (1 + self.JITTER)
        self._chance = chance or random.random
        self._tries = 0

    def next_s(self) -> float:
        """Seconds until the next attempt."""
        base_s = min(self._top_s, self._first_s * 2.0 ** min(self._tries, 30))
        self._tries += 1
        return base_s * (1 + self.JITTER * self._chance())

    def reset(self) -> None:
        """The camera was well for a while: begin again with short waits."""
        self._tries = 0


class HealthLog:
    """Takes what the capture thread meets, and answers from any thread how the camera is doing.

    A stall is derived when asked, from the age of the last frame: a thread that waits in FFmpeg cannot report it.
    """

    def __init__(
        self, stall_after_s: float, clock: Callable[[], float] = monotonic, wall: Callable[[], float] = time
    ) -> None:
        self._stall_after_s, self._clock, self._wall = stall_after_s, clock, wall
        self._lock = threading.Lock()
        self._state = CaptureState.CONNECTING
        self._since = wall()
        self._openings = 0
        self._last_error = ""
        self._frame: Frame | None = None
        self._frame_s = 0.0  # on the clock, of the last frame
        self._frozen = False
        self._rate: deque[tuple[float, int]] = deque()

    def opening(self) -> None:
        """An attempt to open begins. The state stays: it changes by what comes of it."""
        with self._lock:
            self._openings += 1
            self._rate.clear()

    def picture(self, frame: Frame, *, frozen: bool) -> None:
        """A frame arrived."""
        with self._lock:
            now_s = self._clock()
            back = self._state is not CaptureState.ONLINE or self._late(now_s)
            if frozen:
                self._enter(CaptureState.STALLED)
            elif back:
                self._enter(CaptureState.ONLINE, again=True)
            self._frame, self._frame_s, self._frozen = frame, now_s, frozen
            self._rate.append((now_s, frame.number))
            while now_s - self._rate[0][0] > RATE_WINDOW_S:
                self._rate.popleft()

    def failed(self, error: CaptureError) -> None:
        """The source could not be opened, or broke off."""
        with self._lock:
            self._last_error, self._frozen = str(error), False
            self._rate.clear()
            if isinstance(error, UnauthorisedError):
                self._enter(CaptureState.UNAUTHORISED)
            elif isinstance(error, StreamStalledError):
                self._enter(CaptureState.STALLED)
            else:
                self._enter(CaptureState.OFFLINE)

    def status(self, dropped: int = 0) -> CameraStatus:
        """The state now, with all figures."""
        with self._lock:
            frame, late = self._frame, self._late(self._clock())
            return CameraStatus(
                state=CaptureState.STALLED if late else self._state,
                fps_in=0.0 if late else self._fps(),
                last_frame_at=frame.taken_at if frame else None,
                last_error=self._last_error,
                reconnects=max(0, self._openings - 1),
                dropped=dropped,
                frozen=self._frozen,
                width=frame.width if frame else 0,
                height=frame.height if frame else 0,
                since=frame.taken_at if late and frame else self._since,
            )

    def _late(self, now_s: float) -> bool:
        return self._state is CaptureState.ONLINE and now_s - self._frame_s > self._stall_after_s

    def _fps(self) -> float:
        if len(self._rate) < 2:
            return 0.0
        (begin_s, first), (end_s, last) = self._rate[0], self._rate[-1]
        return round((last - first) / max(end_s - begin_s, 0.001), 2)

    def _enter(self, state: CaptureState, *, again: bool = False) -> None:
        if state is not self._state or again:
            self._state, self._since = state, self._wall()
