"""The reading end of the streams: entries stay pending until the database has them, then they are freed (DESIGN 7)."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import OutOfMemoryError, ResponseError

from analytics.workers.keyvalue import ALARMS, COUNTS, GROUP, key

log = structlog.get_logger(__name__)

CONSUMER = "writer"  # one at a time holds the lease, so one name does
BATCH = 100
BLOCK_MS = 500
DONE_TTL_S = 86_400
REFUSED, REFUSED_KEPT = "s:refused", 1_000  # what could not be written, for whoever looks for it


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a stream as read. place: its id there.    key: what its sender knows it by."""

    stream: str
    place: bytes
    camera_id: int
    epoch: int
    key: str
    data: dict[str, Any]
    blobs: dict[str, bytes]


class StreamReader:
    """Gives the entries of both streams, alarms first; what was delivered before and not freed comes before the new."""

    def __init__(self, server: Redis) -> None:
        self._server = server
        self._claim = True

    def claim_again(self) -> None:
        """Something went wrong: begin with what is pending."""
        self._claim = True

    def read(self) -> list[Item]:
        """The next batch; waits up to half a second for new entries. Raises RedisError."""
        try:
            return self._claimed() if self._claim else self._fresh()
        except ResponseError as error:
            if not str(error).startswith("NOGROUP"):
                raise
            self._make_groups()
            return []

    def free(self, items: Collection[Item], done: Iterable[Item]) -> None:
        """In one step: mark `done` for their senders, and free the places of all `items`."""
        pipe = self._server.pipeline(transaction=True)
        for item in done:
            pipe.sadd(key("done", item.camera_id), item.key)
            pipe.expire(key("done", item.camera_id), DONE_TTL_S)
        _free_places(pipe, items)
        try:
            pipe.execute()
        except OutOfMemoryError:  # marks need room, which only these places can give: their senders send them again
            log.warning("key-value server full: places freed without marks", entries=len(items))
            _free_places(pipe, items)
            pipe.execute()

    def refuse(self, stream: str, place: bytes, why: str) -> None:
        """Put an entry that can never be written aside, so that it stops nobody else."""
        log.error("entry refused", stream=stream, place=place.decode(), why=why)
        pipe = self._server.pipeline(transaction=True)
        fields: dict[Any, Any] = {"stream": stream, "place": place, "why": why}
        pipe.xadd(REFUSED, fields, maxlen=REFUSED_KEPT, approximate=True)
        pipe.xack(stream, GROUP, place)
        pipe.xdel(stream, place)
        pipe.execute()

    def _fresh(self) -> list[Item]:
        streams: dict[Any, Any] = {ALARMS: ">", COUNTS: ">"}
        reply: Any = self._server.xreadgroup(GROUP, CONSUMER, streams, count=BATCH, block=BLOCK_MS)
        return self._items((name.decode(), entries) for name, entries in reply or [])

    def _claimed(self) -> list[Item]:
        """Nobody else is writing, so what is pending may be claimed at once, whoever left it."""
        found = []
        for stream in (ALARMS, COUNTS):
            reply: Any = self._server.xautoclaim(stream, GROUP, CONSUMER, min_idle_time=0, count=BATCH)
            found.append((stream, [(place, fields) for place, fields in reply[1] if fields]))
        self._claim = any(entries for _, entries in found)
        return self._items(found)

    def _make_groups(self) -> None:
        """From the beginning of the streams: a group that did not exist has written nothing of them."""
        for stream in (ALARMS, COUNTS):
            try:
                self._server.xgroup_create(stream, GROUP, id="0", mkstream=True)
            except ResponseError as error:
                if not str(error).startswith("BUSYGROUP"):
                    raise

    def _items(self, found: Iterable[tuple[str, list[Any]]]) -> list[Item]:
        items = [self._item(stream, *entry) for stream, entries in found for entry in entries]
        return [item for item in items if item is not None]

    def _item(self, stream: str, place: bytes, fields: dict[bytes, bytes]) -> Item | None:
        try:
            known = {name: fields[name.encode()] for name in ("key", "camera", "epoch", "data")}
            blobs = {name.decode(): value for name, value in fields.items() if name.decode() not in known}
            data = json.loads(known["data"])
            return Item(stream, place, int(known["camera"]), int(known["epoch"]), known["key"].decode(), data, blobs)
        except (KeyError, ValueError) as error:
            self.refuse(stream, place, f"unreadable: {error!r}")
            return None


def _free_places(pipe: Any, items: Iterable[Item]) -> None:
    """Put on the pipeline what takes no memory and gives some."""
    for item in items:
        pipe.xack(item.stream, GROUP, item.place)
        pipe.xdel(item.stream, item.place)
