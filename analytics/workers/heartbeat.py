"""What a camera worker says of itself: `worker:<id>` (DESIGN 7; EXT-2; RUN-5). It is gone 15 s after the last word."""

import json
import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from redis import Redis

from analytics.workers.keyvalue import key
from analytics.workers.machine import surely_dead

TTL_S = 15
EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class Beat:
    """One heartbeat.

    capacity: looks/s it can do, measured, 0 before.    load: looks/s its cameras want: a frame takes one for each
    extension, and more where small faces are sought.    fps: frames/s analysed now.    ms: of one frame through the
    chain, lately.    cameras: in the order in which it took them.    short: those of them below 80 % of the wanted
    rate.    slots: how many it could take.    networks, missing: ids; lines for a screen.
    jpegs, inferences: counters since its start.    at, started_at: POSIX seconds.    machine: see machine.py.
    """

    worker: str
    host: str
    pid: int
    started_at: float
    at: float
    slots: int
    capacity: float
    load: float
    fps: float
    ms: float
    cameras: tuple[int, ...]
    short: tuple[int, ...]
    networks: tuple[str, ...]
    missing: tuple[str, ...]
    jpegs: int
    inferences: int
    machine: str = ""

    def to_hash(self) -> dict[str, str]:
        """Plain fields; lists as JSON."""
        return {name: json.dumps(value) if isinstance(value, tuple) else str(value) for name, value in _fields(self)}

    @classmethod
    def from_hash(cls, found: dict[bytes, bytes]) -> "Beat":
        """Raises KeyError, ValueError for what no worker of this version wrote."""
        text = {name.decode(): value.decode() for name, value in found.items()}
        read: dict[str, Any] = {name: text[name] for name in ("worker", "host", "machine")}
        read |= {name: float(text[name]) for name in ("started_at", "at", "capacity", "load", "fps", "ms")}
        read |= {name: int(text[name]) for name in ("pid", "slots", "jpegs", "inferences")}
        read |= {name: tuple(json.loads(text[name])) for name in ("cameras", "short", "networks", "missing")}
        return cls(**read)


def _fields(beat: Beat) -> list[tuple[str, Any]]:
    return list(asdict(beat).items())


def worker_id() -> str:
    """A name for this process that no other has."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"


class Heartbeat:
    """A passenger of the courier; `look` gives the beat of now."""

    def __init__(self, look: Callable[[], Beat]) -> None:
        self._look = look
        self._next = 0.0

    def ask(self, pipe: Any, *, full: bool) -> list[Callable[[Any], None]]:
        """Write the hash every 2 s, and at once after the server was away."""
        if not full or time.monotonic() < self._next:
            return []
        self._next = time.monotonic() + EVERY_S
        self.write(pipe)
        return [self._answered, self._answered]

    def write(self, server: Any) -> None:
        """Say it now, on a client or a pipeline."""
        beat = self._look()
        server.hset(key("worker", beat.worker), mapping=beat.to_hash())
        server.expire(key("worker", beat.worker), TTL_S)

    def _answered(self, reply: Any) -> None:
        if isinstance(reply, Exception):
            self._next = 0.0


def beats(server: Redis) -> list[Beat]:
    """The living workers: without those of this machine that are known to be dead. Raises RedisError."""
    names = list(server.scan_iter(match=key("worker", "*"), count=1000))
    pipe = server.pipeline(transaction=False)
    for name in names:
        pipe.hgetall(name)
    found = [Beat.from_hash(one) for one in pipe.execute() if one]
    return [beat for beat in found if not surely_dead(f"{beat.machine}:{beat.pid}:")]
