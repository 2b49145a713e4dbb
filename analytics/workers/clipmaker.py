"""The thread of a worker process that encodes clips, for all its cameras, when an alarm asks for one (OPR-3; DESIGN 7).

It starts with the first clip and gives way to the cameras: where the system allows that, it runs at a lower priority.
What waits for it is bounded: pictures that come while it is too far behind are left out of their clip, never an alarm.
"""

import os
import queue
import sys
import threading
from collections.abc import Callable, Iterable
from functools import partial

import av
import structlog

from analytics.workers.clipfilm import ClipPart, Discretion, Film
from analytics.workers.clipring import Picture

log = structlog.get_logger(__name__)

MOST_WAITING = 128_000_000  # bytes of pictures: the beginnings of fourteen clips at 640×360
NICENESS = 10

Deliver = Callable[[ClipPart], None]


class Take:
    """One clip that is being made. Its owner calls `feed` and `hand_over`; the parts come to `deliver`, on the maker's
    thread. Where something cannot be encoded the rest of the clip is given up, and nothing else."""

    def __init__(self, maker: "ClipMaker", clip: str, discretion: Discretion, deliver: Deliver) -> None:
        self._maker, self._clip, self._deliver = maker, clip, deliver
        self._film = Film(clip, discretion)
        self._broken = False

    def feed(self, pictures: Iterable[Picture]) -> None:
        """The next pictures, in order."""
        for picture in pictures:
            self._maker.ask(partial(self._add, picture), picture.nbytes)

    def hand_over(self, *, whole: bool) -> None:
        """Deliver what came so far. whole: nothing follows; then a part comes in any case, if need be without video."""
        self._maker.ask(partial(self._part, whole=whole))

    def _add(self, picture: Picture) -> None:
        if not self._broken:
            self._broken = self._guarded(partial(self._film.add, picture))

    def _part(self, *, whole: bool) -> None:
        self._broken = self._broken or self._guarded(lambda: self._deliver(self._film.part(whole=whole)))
        if self._broken and whole:
            self._deliver(ClipPart(self._clip, 0.0, whole))

    def _guarded(self, step: Callable[[], None]) -> bool:
        """Whether it failed."""
        try:
            step()
        except (av.FFmpegError, ValueError) as error:
            log.warning("clip given up", clip=self._clip, error=str(error))
            return True
        return False


class ClipMaker:
    """Used from any thread."""

    def __init__(self) -> None:
        self._orders: queue.SimpleQueue[tuple[Callable[[], object], int] | None] = queue.SimpleQueue()
        self._lock, self._waiting, self._left_out = threading.Lock(), 0, 0
        self._thread: threading.Thread | None = None

    @property
    def left_out(self) -> int:
        """Pictures that found no room."""
        return self._left_out

    def begin(self, clip: str, discretion: Discretion, deliver: Deliver) -> Take:
        """A new clip."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="clips", daemon=True)
                self._thread.start()
        return Take(self, clip, discretion, deliver)

    def ask(self, step: Callable[[], object], size: int = 0) -> None:
        """Do this in its turn, unless there is no room for so many bytes."""
        with self._lock:
            if size and self._waiting + size > MOST_WAITING:
                self._note_left_out()
                return
            self._waiting += size
        self._orders.put((step, size))

    def close(self) -> None:
        """End the thread after what waits now."""
        self._orders.put(None)

    def _run(self) -> None:
        _give_way()
        while (order := self._orders.get()) is not None:
            step, size = order
            step()
            with self._lock:
                self._waiting -= size

    def _note_left_out(self) -> None:
        if self._left_out == 0:
            log.warning("clips: encoding falls behind, pictures are left out", waiting_bytes=self._waiting)
        self._left_out += 1


def _give_way() -> None:
    """On Linux a thread has a priority of its own; elsewhere this would slow the whole process."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
