"""The one thread of a worker process that talks to the key-value server for all its cameras (DESIGN 2).

Every HALF a second, and at once when a loop posts something that must not wait, it gathers the commands of every link
that has any into one pipeline. While many loops post, what comes within 10 ms shares a trip: trips would be as many as
cameras, and each asks all of them. A server that is away or frozen holds this thread for its time limit, and no camera
at all.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import structlog
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

ROUND_S = 0.5
AWAY_S = 0.3  # between two tries while the server is away
APART_S = 0.01  # the beginnings of two rounds

Handler = Callable[[Any], None]


class Passenger(Protocol):
    """Who has something to ask: camera links, the worker's heartbeat."""

    def ask(self, pipe: Any, *, full: bool) -> list[Handler]:
        """Put commands on the pipeline; return one reader for each reply, in order. A reader gets the reply, or the
        error in its place."""


class Courier(threading.Thread):
    """Carries for its passengers until `stop`; never ends by an error of the server."""

    def __init__(self, server: Redis) -> None:
        super().__init__(name="courier", daemon=True)
        self._server = server
        self._passengers: list[Passenger] = []
        self._lock, self._wake, self._stopping = threading.Lock(), threading.Event(), threading.Event()
        self._begun = self._next_full = self._away_since = 0.0

    def board(self, passenger: Passenger) -> None:
        """Carry for this one from now on."""
        with self._lock:
            self._passengers.append(passenger)
        self.wake()

    def leave(self, passenger: Passenger) -> None:
        """Carry for it no longer."""
        with self._lock:
            self._passengers.remove(passenger)

    def wake(self) -> None:
        """Something must not wait for the next round."""
        self._wake.set()

    def stop(self) -> None:
        """End after the running round."""
        self._stopping.set()
        self._wake.set()

    def run(self) -> None:
        """Rounds until stopped."""
        while not self._stopping.is_set():
            self._wake.wait(max(0.0, self._next_full - time.monotonic()))
            self._stopping.wait(max(0.0, self._begun + APART_S - time.monotonic()))
            self._wake.clear()
            self._begun = time.monotonic()
            if not self._guarded_round():
                self._stopping.wait(AWAY_S)

    def _guarded_round(self) -> bool:
        """The outermost loop of this thread: without it every lease of the process would run out."""
        try:
            return self.round()
        except Exception:
            log.exception("courier: round failed")
            return False

    def round(self) -> bool:
        """One trip; False when the server could not be reached."""
        full = time.monotonic() >= self._next_full
        if full:
            self._next_full = time.monotonic() + ROUND_S
        pipe = self._server.pipeline(transaction=False)
        handlers = self._gather(pipe, full)
        if not handlers:
            return True
        try:
            replies = pipe.execute(raise_on_error=False)
        except (RedisError, OSError) as error:
            self._failed(handlers, error)
            return False
        self._arrived(handlers, replies)
        return True

    def _gather(self, pipe: Any, full: bool) -> list[Handler]:
        with self._lock:
            passengers = list(self._passengers)
        return [handler for one in passengers for handler in one.ask(pipe, full=full)]

    def _failed(self, handlers: list[Handler], error: Exception) -> None:
        if not self._away_since:
            self._away_since = time.monotonic()
            log.warning("key-value server away: analysis goes on, alarms wait in memory", error=str(error))
        self._next_full = 0.0  # leases first, as soon as it is back
        for handler in handlers:
            handler(error)

    def _arrived(self, handlers: list[Handler], replies: list[Any]) -> None:
        if self._away_since:
            log.info("key-value server back", away_s=round(time.monotonic() - self._away_since, 1))
            self._away_since = 0.0
        for handler, reply in zip(handlers, replies, strict=True):
            handler(reply)
