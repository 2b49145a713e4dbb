"""What the Celery tasks of one process share: its cameras, its writer, and the one way in which all of it stops."""

import threading
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import structlog
from django.db import Error, connection
from redis import Redis
from redis.exceptions import RedisError

from analytics.workers.combined import CombinedOwner
from analytics.workers.combined_plan import combined_epoch
from analytics.workers.keyvalue import client, key
from analytics.workers.lease import COMBINED, Lease
from analytics.writer import Writer

if TYPE_CHECKING:
    from analytics.workers.runner import CameraRunner

log = structlog.get_logger(__name__)


class Runtime:
    """Made at the first task; threads and networks come with the first camera or with `start`."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._cameras: CameraRunner | None = None

    def start(self, slots: int, accept: Callable[[bool], None], *, device: bool) -> None:
        """This process takes cameras, so many at once. accept, device: see `CameraRunner.start`."""
        self._runner().start(slots, accept, device=device)

    def simulate(self, slots: int, accept: Callable[[bool], None]) -> None:
        """This process takes simulated cameras that nobody draws, and no others. Before any task."""
        from analytics.workers.simulator import Simulator

        with self._lock:
            self._cameras = Simulator(self.stopping)
        self._cameras.start(slots, accept)

    def close(self) -> None:
        """After the last task: what runs without one gives its cameras back."""
        if self._cameras:
            self._cameras.close()

    def stop(self) -> None:
        """Ask everything to end; returns at once. Loops save their state and give their leases back."""
        self.stopping.set()

    def run_camera(self, camera_id: int, *, avoid: str, hops: int) -> None:
        """Own the camera until asked to hand it over; nothing happens when somebody else does."""
        self._runner().run(camera_id, avoid=avoid, hops=hops)

    def write_stream(self) -> None:
        """Write until stopped; nothing happens when somebody else does."""
        self._own("writer", lambda server, lease: Writer(server, lease, self.stopping).run())

    def run_combined(self) -> None:
        """Run the timers of combined areas until stopped or none is left; nothing happens when somebody else does."""
        try:
            floor = combined_epoch()
        except Error as error:
            log.warning("combined: database away", error=str(error))
            return
        self._own(COMBINED, lambda server, lease: CombinedOwner(server, lease, self.stopping).run(), floor)

    def _own(self, name: str, run: Callable[[Redis, Lease], None], floor: int = 0) -> None:
        """Run as the one who holds the lease of this name. floor: the epoch that the database has recorded."""
        server, lease = client(), Lease(name)
        try:
            if self.stopping.is_set() or not lease.take(server, floor=floor):
                return
            log.info("started", owner=name)
            try:
                server.delete(key("queued", name))
                run(server, lease)
            finally:
                lease.release(server)
                connection.close()
        except RedisError as error:
            log.warning("key-value server away", owner=name, error=str(error))
        log.info("ended", owner=name)

    def _runner(self) -> "CameraRunner":
        with self._lock:
            if self._cameras is None:
                # OpenCV, SciPy and onnxruntime: a second of start-up and 70 MB that only cameras need.
                from analytics.workers.runner import CameraRunner

                self._cameras = CameraRunner(self.stopping)
            return self._cameras


@lru_cache(maxsize=1)
def runtime() -> Runtime:
    """The one of this process."""
    return Runtime()
