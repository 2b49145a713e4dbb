"""What every process of the portal says of itself: `process:<id>` in the key-value server (DESIGN 7; RUN-3, RUN-5).

It is gone 15 s after the last word, so what is read are the living: of all hosts, whoever asks. Camera workers say more
of their cameras in `worker:<id>`, and listeners of what they hear in `listener:<id>`.
"""

import atexit
import json
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from redis import Redis

from analytics.workers.keyvalue import key
from analytics.workers.machine import machine, surely_dead
from analytics.workers.teller import Teller

EVERY_S = 3.0
WEB, BEAT = "web", "beat"


@dataclass(frozen=True, slots=True)
class Presence:
    """One living process. role: web, beat, or the queues of a worker, with commas.    at, started_at: POSIX seconds by
    its own clock.    clock_off_s: its clock before that of the key-value server.    machine: see workers/machine.py.

    open: how many connections of each kind it holds.    rss_bytes: its memory.
    """

    id: str
    role: str
    host: str
    pid: int
    machine: str
    started_at: float
    at: float
    clock_off_s: float
    rss_bytes: int
    open: Mapping[str, int]

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues that a worker takes tasks from; none of other roles."""
        return () if self.role in (WEB, BEAT) else tuple(self.role.split(","))


class Tally:
    """How many of each kind are open in this process now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: Counter[str] = Counter()

    @contextmanager
    def one(self, kind: str) -> Iterator[None]:
        """One more for as long as the block runs."""
        with self._lock:
            self._open[kind] += 1
        try:
            yield
        finally:
            with self._lock:
                self._open[kind] -= 1

    def counts(self) -> dict[str, int]:
        """By kind; a kind that was never open is not named."""
        with self._lock:
            return dict(self._open)


OPEN = Tally()
"""The WebSockets and streams of this process."""


class PresenceTeller(Teller):
    """Says every three seconds that this process lives, until closed."""

    def __init__(self, role: str) -> None:
        super().__init__("process", EVERY_S, self._told)
        self._role, self._started_at = role, time.time()

    def _told(self, server: Redis) -> dict[str, Any]:
        asked = time.time()
        seconds, micros = server.time()
        between = (asked + time.time()) / 2  # a process that is busy reads the answer late
        return asdict(self._now(between - int(seconds) - int(micros) / 1_000_000))

    def _now(self, clock_off_s: float) -> Presence:
        return Presence(
            id=self.id,
            role=self._role,
            host=socket.gethostname(),
            pid=os.getpid(),
            machine=machine(),
            started_at=self._started_at,
            at=time.time(),
            clock_off_s=round(clock_off_s, 3),
            rss_bytes=memory_bytes(),
            open=OPEN.counts(),
        )


def presence_begin(role: str) -> None:
    """Say from now on, until the end of the process, that it lives."""
    teller = PresenceTeller(role)
    teller.start()
    atexit.register(teller.close)


def role_of(queues: Collection[str]) -> str:
    """The role of a worker that takes tasks from these queues."""
    return ",".join(sorted(queues))


def presences(server: Redis) -> list[Presence]:
    """The living processes, by role and host: without those of this machine that are known to be dead. Raises
    RedisError."""
    names = list(server.scan_iter(match=key("process", "*"), count=1000))
    words: Any = server.mget(names) if names else []
    found = [Presence(**json.loads(word)) for word in words if word]
    living = [one for one in found if not surely_dead(f"{one.machine}:{one.pid}:")]
    return sorted(living, key=lambda one: (one.role, one.host, one.started_at))


def memory_bytes() -> int:
    """What this process keeps in memory (resident); 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - a line of the kernel, every 3 s
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
