"""What a camera worker says of itself: `worker:<id>` (DESIGN 7; EXT-2; RUN-5). It is gone 15 s after the last word."""

import json
import os
import secrets
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from redis import Redis

from analytics.engine.inference.providers import Running
from analytics.workers.keyvalue import key
from analytics.workers.machine import surely_dead

TTL_S = 15
EVERY_S = 2.0
WATCH, SKETCHED = "watch", "watch.sketch"  # the queue of cameras; of those that only a simulator runs
ON_DEVICE = "watch.gpu"  # of those that are offered to workers with a GPU first, who take from WATCH as well


@dataclass(frozen=True, slots=True)
class Beat:
    """One heartbeat.

    capacity: looks/s it can do with no other worker on its machine, measured, 0 before; `beats` gives its part of that.
    load: looks/s its cameras want: a frame takes one for each extension, and more where small faces are sought.
    fps: frames/s analysed now.    ms: of one frame through the chain, lately.    cameras: in the order in which it took
    them.    short: those of them below 80 % of the wanted rate.    slots: how many it could take.
    networks, missing: ids; lines for a screen.
    jpegs, inferences, inference_s: counters since its start.    at, started_at: POSIX seconds.    machine: see there.
    draining: it takes no camera, and gives away those that it has.    running: what each of its networks runs on.
    device: it was told to share runs of a GPU, and takes from ON_DEVICE.
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
    inference_s: float = 0.0
    draining: bool = False
    queue: str = WATCH
    running: tuple[Running, ...] = ()
    device: bool = False

    @property
    def places(self) -> int:
        """How many more cameras it could take now."""
        return 0 if self.draining else max(0, self.slots - len(self.cameras))

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
        running = tuple(_running(one) for one in json.loads(text.get("running", "[]")))
        return cls(
            **read,
            inference_s=float(text.get("inference_s", 0)),
            draining=text.get("draining") == str(True),
            queue=text.get("queue", WATCH),
            device=text.get("device") == str(True),
            running=running,
        )


def _running(found: dict[str, Any]) -> Running:
    return Running(found["network"], found["provider"], int(found["together"]), tuple(found["notes"]))


def _fields(beat: Beat) -> list[tuple[str, Any]]:
    return list(asdict(beat).items())


def worker_id() -> str:
    """A name for this process that no other has."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"


class Heartbeat:
    """A passenger of the courier; `look` gives the beat of now.

    hear: is given the word about draining that lies at the server (`draining.py`), when there is one.
    """

    def __init__(self, look: Callable[[], Beat], hear: Callable[[bytes], None] = lambda _word: None) -> None:
        self._look, self._hear = look, hear
        self._next = 0.0

    def ask(self, pipe: Any, *, full: bool) -> list[Callable[[Any], None]]:
        """Write the hash every 2 s, and at once after the server was away."""
        if not full or time.monotonic() < self._next:
            return []
        self._next = time.monotonic() + EVERY_S
        worker = self.write(pipe)
        pipe.get(key("drain", worker))
        return [self._answered, self._answered, self._told]

    def write(self, server: Any) -> str:
        """Say it now, on a client or a pipeline; returns the worker's id."""
        beat = self._look()
        server.hset(key("worker", beat.worker), mapping=beat.to_hash())
        server.expire(key("worker", beat.worker), TTL_S)
        return beat.worker

    def _answered(self, reply: Any) -> None:
        if isinstance(reply, Exception):
            self._next = 0.0

    def _told(self, reply: Any) -> None:
        if isinstance(reply, bytes):
            self._hear(reply)


def beats(server: Redis) -> list[Beat]:
    """The living workers: without those of this machine that are known to be dead. Raises RedisError.

    Those of one machine share its cores: the capacity of each is its part of what it measured.
    """
    names = list(server.scan_iter(match=key("worker", "*"), count=1000))
    pipe = server.pipeline(transaction=False)
    for name in names:
        pipe.hgetall(name)
    found = [Beat.from_hash(one) for one in pipe.execute() if one]
    living = [beat for beat in found if not surely_dead(f"{beat.machine}:{beat.pid}:")]
    beside = Counter(_shared(beat) for beat in living)
    return [replace(beat, capacity=round(beat.capacity / beside[_shared(beat)], 1)) for beat in living]


def _shared(beat: Beat) -> tuple[str, str]:
    """What workers share cores by: the boot, whatever container they are in. An unknown machine is a worker's own."""
    return beat.machine.partition(".")[0] or beat.worker, beat.queue
