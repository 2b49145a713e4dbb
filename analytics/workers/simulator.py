"""The worker of simulated cameras that are only sketched: `manage.py simulate`. One thread takes all their turns.

A camera has its task, lease, state, timers and settings as everywhere, and a loop of the same kind; what it has not is
a thread of its own, and a picture. A thousand of them fit into one process, which is what they are for.
"""

import heapq
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import structlog
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from analytics.workers.end import End
from analytics.workers.heartbeat import SKETCHED, Beat
from analytics.workers.loop import CameraLoop
from analytics.workers.plan import CameraPlan
from analytics.workers.runner import CameraRunner, Openers
from analytics.workers.sketch import SketchReader, sketch_detector
from analytics.workers.succession import Succession
from analytics.workers.tools import Tools
from cameras.capture.sources import source_open

log = structlog.get_logger(__name__)

LONGEST_WAIT_S = 0.5
CLOSERS = 16  # how many leave at once: each waits for a round trip to the key-value server
CLOSE_S = 20.0
SHARE_OF_NEW = 0.01


class SketchTools(Tools):
    """What the loops of a simulator share: no stream is opened, and nobody waits."""

    def reader(self, plan: CameraPlan) -> SketchReader:
        return SketchReader(plan.spec, plan.zones)

    def rest(self, seconds: float) -> None:
        """The next turn comes by itself."""


@dataclass(order=True, slots=True)
class _Turn:
    """When a camera is due next, monotonic seconds. stack: undoes what came before its loop."""

    due_s: float
    camera_id: int
    loop: CameraLoop = field(compare=False)
    stack: ExitStack = field(compare=False)
    every_s: float = field(compare=False)


class Simulator(CameraRunner):
    """Runs sketches until `stopping` is set. `run` returns as soon as the camera is owned."""

    opens = Openers(source_open, sketch_detector)
    tools = SketchTools
    queue = SKETCHED

    def __init__(self, stopping: threading.Event) -> None:
        super().__init__(stopping)
        self._turns: list[_Turn] = []
        self._came = threading.Event()
        self._turn_ms = 0.0
        self._thread = threading.Thread(target=self._perform, name="simulator", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """When all cameras were given back."""
        self._stopping.set()
        self._thread.join(CLOSE_S)
        super().close()

    def beat(self) -> Beat:
        """As everywhere; what it can do follows from what a turn takes."""
        capacity = round(1000 / self._turn_ms, 1) if self._turn_ms else 0.0
        return replace(super().beat(), capacity=capacity)

    def _own(self, camera_id: int, before: str) -> None:
        """Take it as every worker does, and come back at once."""
        plan = self._plan(camera_id)
        succession = Succession(plan, before, self._tools, self._server)
        lease = self._lease(plan, succession.take if before else None)
        if lease is None:
            return
        with ExitStack() as stack:
            loop = stack.enter_context(self._running(plan, lease))
            every_s = 1 / plan.spec.fps
            turn = _Turn(time.monotonic() + every_s * (camera_id % 97) / 97, camera_id, loop, stack.pop_all(), every_s)
        with self._lock:
            heapq.heappush(self._turns, turn)
        self._came.set()

    def _perform(self) -> None:
        while not self._stopping.is_set():
            self._came.wait(self._wait_s())
            self._came.clear()
            for turn in self._due():
                self._take(turn)
        with ThreadPoolExecutor(CLOSERS) as closers:
            list(closers.map(self._take, self._turns))

    def _wait_s(self) -> float:
        with self._lock:
            due_s = self._turns[0].due_s if self._turns else float("inf")
        return min(LONGEST_WAIT_S, max(0.0, due_s - time.monotonic()))

    def _due(self) -> list[_Turn]:
        now_s, due = time.monotonic(), []
        with self._lock:
            while self._turns and self._turns[0].due_s <= now_s:
                due.append(heapq.heappop(self._turns))
        return due

    def _take(self, turn: _Turn) -> None:
        """One step of its loop; the last one gives the camera back."""
        begun_s = time.monotonic()
        end = turn.loop.turn()
        if end is not None:
            self._leave(turn, end)
            return
        spent_ms = (time.monotonic() - begun_s) * 1000
        self._turn_ms += (spent_ms - self._turn_ms) * (SHARE_OF_NEW if self._turn_ms else 1)
        turn.due_s = max(turn.due_s + turn.every_s, begun_s)
        with self._lock:
            heapq.heappush(self._turns, turn)

    def _leave(self, turn: _Turn, end: End) -> None:
        """Its lease runs out by itself while the server is away, and whoever looks for missing cameras finds it."""
        try:
            turn.stack.close()
            self._pass_on(turn.camera_id, end)
        except (RedisError, OperationalError) as error:
            log.warning("camera: a server is away", camera=turn.camera_id, error=str(error))
