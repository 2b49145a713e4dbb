"""The newest frame between the thread that captures and the one that analyses: older ones are dropped and counted."""

import threading

from cameras.capture.frame import Frame


class NewestFrame:
    """A place for one frame. Who analyses slowly misses frames, and never sees an old one (DESIGN 3)."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._frame: Frame | None = None
        self._dropped = 0
        self._closed = False

    def put(self, frame: Frame) -> None:
        """Replaces a frame that nobody took; after `close` nothing is kept."""
        with self._changed:
            if self._closed:
                return
            self._dropped += self._frame is not None
            self._frame = frame
            self._changed.notify()

    def take(self, timeout_s: float) -> Frame | None:
        """The newest frame, given out once; None when none came in time, or after `close`."""
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None or self._closed, timeout_s)
            frame, self._frame = self._frame, None
            return frame

    def close(self) -> None:
        """Wake who waits; nothing comes any more."""
        with self._changed:
            self._frame = None
            self._closed = True
            self._changed.notify_all()

    def begin(self) -> None:
        """Frames are going to be taken: what was replaced so far nobody has missed."""
        with self._changed:
            self._dropped = 0

    @property
    def dropped(self) -> int:
        """Frames replaced before anybody took them."""
        with self._changed:
            return self._dropped
