"""Taking a camera over from an owner who still watches it (RUN-4; DESIGN 2).

The successor loads the networks and opens the stream first, which takes a second, and only then asks the owner to let
go; from there on it tries for the lease until it has it. Nobody watches the camera for about as long as two round trips
to the key-value server take. Frames are taken from the stream only by whoever holds the lease.

A camera that answers one viewer only, or not this worker, stays where it is seen. One that its owner does not see
either may as well be taken over.
"""

import time
from collections.abc import Callable

import structlog
from redis import Redis

from analytics.engine.inference.errors import NetworkError
from analytics.live import camera_states
from analytics.workers.hours import SiteHours
from analytics.workers.keyvalue import key
from analytics.workers.lease import Lease
from analytics.workers.moving import moving, stay
from analytics.workers.plan import CameraPlan
from analytics.workers.reconcile import QUEUED_MS
from analytics.workers.tools import Reader, Tools
from cameras.capture.health import CaptureState

log = structlog.get_logger(__name__)

OPEN_S = 12.0  # longer than a camera that answers at all takes
CALLED_S = 2.0  # less than QUEUED_MS
RELIEVE_S = 4.0  # less than QUEUED_MS; an owner looks twice a second whether it is asked
LOOK_S, TRY_S = 0.05, 0.01


class Succession:
    """One try of one worker to succeed another, which is `owner`. `reader` is open after `take`, None where none is."""

    def __init__(self, plan: CameraPlan, owner: str, tools: Tools, server: Redis) -> None:
        self._plan, self._owner, self._tools, self._server = plan, owner, tools, server
        self.reader: Reader | None = None

    def take(self, lease: Lease) -> bool:
        """Whether the lease is ours now; if not, the owner goes on. Raises RedisError."""
        taken = False
        try:
            taken = self._meant() and self._able() and self._open() and self._relieve(lease)
        finally:
            if not taken:
                self.close()
        if self.reader:
            self.reader.begin()
        return taken

    def close(self) -> None:
        """Let go of the stream; nothing happens when that was done."""
        if self.reader:
            self.reader.stop()
            self.reader = None

    def _meant(self) -> bool:
        """The camera still is to leave that worker; who has it by now may be another."""
        worker = moving(self._server, [self._plan.camera_id]).get(self._plan.camera_id)
        return worker is not None and worker == self._owner

    def _able(self) -> bool:
        """Every network is here; a worker that lacks one would see less than the owner."""
        try:
            for task, extension in self._plan.extensions.items():
                self._tools.detectors.get(extension.network, task)
        except NetworkError as error:
            log.warning("camera not taken over: no network", camera=self._plan.camera_id, error=str(error))
            return False
        return True

    def _open(self) -> bool:
        """Wait for the first frame. False when none comes here, and the owner has some; or when this process ends."""
        if not self._hours_open():
            return True
        self.reader = self._tools.reader(self._plan)
        self.reader.start()
        self._call_off()
        until = time.monotonic() + OPEN_S
        while not self._until(self._answered, CALLED_S, LOOK_S) and time.monotonic() < until:
            self._call_off()
        return not self._tools.stopping.is_set() and (self._seen() or self._as_blind_there())

    def _as_blind_there(self) -> bool:
        """Whether the owner has no picture either. If it has, the camera is left alone for a while."""
        camera_id, error = self._plan.camera_id, self._failed()
        self.close()
        state = camera_states([camera_id], self._server).get(camera_id)
        if state is None or state["status"] != CaptureState.ONLINE:
            return True
        log.warning("camera not taken over: its stream could not be opened here", camera=camera_id, error=error)
        stay(self._server, camera_id)
        return False

    def _relieve(self, lease: Lease) -> bool:
        """Ask the owner to let go, and take the lease."""
        name = self._plan.camera_id
        self._call_off()
        self._server.hset(key("ctl", name), "yield", self._owner)
        if self._until(lambda: lease.take(self._server, floor=self._plan.epoch), RELIEVE_S, TRY_S):
            return True
        self._server.hdel(key("ctl", name), "yield")
        self._server.delete(key("queued", name))
        log.warning("camera not taken over: its owner did not let go", camera=name, owner=self._owner)
        return False

    def _call_off(self) -> None:
        """For a while nobody else is called: it is being taken over."""
        self._server.set(key("queued", self._plan.camera_id), 1, px=QUEUED_MS)

    def _hours_open(self) -> bool:
        """Outside the schedules of all extensions nobody has the stream open (EXT-4)."""
        hours = [SiteHours(one, self._plan.zone) for one in self._plan.extensions.values()]
        for one in hours:
            one.look(time.time())
        return any(one.open for one in hours)

    def _answered(self) -> bool:
        return self._tools.stopping.is_set() or self._seen() or bool(self._failed())

    def _seen(self) -> bool:
        return self.reader is not None and self.reader.status().last_frame_at is not None

    def _failed(self) -> str:
        return self.reader.status().last_error if self.reader else ""

    def _until(self, found: Callable[[], bool], limit_s: float, every_s: float) -> bool:
        until = time.monotonic() + limit_s
        while not found():
            if time.monotonic() > until or self._tools.stopping.wait(every_s):
                return False
        return True
