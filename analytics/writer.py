"""From the streams into the database: the one task that writes what cameras see (DESIGN 1, 2, 6).

Database first, acknowledgement after the commit. What was read but not acknowledged (this writer or one before it was
killed, the database was away) is claimed and written again; the services make a second write harmless. In the step that
acknowledges, the entry's key is put into `done:<cam>`: the camera's owner stops sending it.

Entries of one camera come in the order in which its owners wrote them, and only the owner can write. An epoch older
than the recorded one can still appear when the key-value server lost its memory in between: such an entry is dropped,
logged and not marked, so that whoever is owner now sends his own.
"""

import threading
from collections.abc import Iterator

import structlog
from django.db import DataError, Error, IntegrityError, close_old_connections, connection, transaction
from redis import Redis
from redis.exceptions import RedisError

from analytics.news import (
    ADVICE,
    CLIP,
    COMPLIANCE,
    OWNER,
    START,
    VIEW,
    AdviceNews,
    AlarmNews,
    ClipNews,
    ComplianceNews,
    CountNews,
    NewsError,
    ViewNews,
)
from analytics.services.alarm import alarm_write
from analytics.services.clip import clip_store, clip_write
from analytics.services.compliance import compliance_flush
from analytics.services.count import CountSent, counts_flush
from analytics.services.lease import lease_epochs, lease_record
from analytics.services.scene import advice_write, view_keep
from analytics.services.snapshot import snapshot_store
from analytics.workers.keyvalue import ALARMS, COUNTS
from analytics.workers.lease import RENEW_EVERY_S, Lease
from analytics.workers.stream import Item, StreamReader

log = structlog.get_logger(__name__)

AWAY_S = 1.0
Files = dict[str, str]  # names in the storage by field
_REFUSALS = (DataError, IntegrityError, ValueError, TypeError, KeyError)  # this entry will never fit: put it aside


class Writer:
    """Writes until `stop` is set or the lease is lost."""

    def __init__(self, server: Redis, lease: Lease, stop: threading.Event) -> None:
        self._server, self._lease, self._stop = server, lease, stop
        self._streams = StreamReader(server)

    def run(self) -> None:
        """Turns until told to stop; neither server being away ends it, only another owner does."""
        while not self._stop.is_set():
            try:
                if not self._owner():
                    return
                close_old_connections()
                self.turn()
            except RedisError as error:
                self._wait("key-value server away: the writer waits", error)
            except Error as error:  # away, busy, or not migrated yet
                self._wait("database away: the writer waits, the streams keep", error)

    def turn(self) -> int:
        """Read and write one batch; returns its size. Raises RedisError and django.db.Error: what of the batch was
        not acknowledged then is where the next turn begins."""
        items = self._streams.read()
        try:
            for stream in (ALARMS, COUNTS):
                self._write([item for item in items if item.stream == stream])
        except (Error, RedisError):
            self._streams.claim_again()
            raise
        return len(items)

    def _owner(self) -> bool:
        """Renewed about once a second; a lease that a server lost is taken again if nobody else has it."""
        if self._lease.age_s < RENEW_EVERY_S:
            return True
        return self._lease.renew(self._server) or self._lease.renew(self._server)

    def _wait(self, what: str, error: Exception) -> None:
        log.warning(what, error=str(error))
        self._streams.claim_again()
        connection.close()
        self._stop.wait(AWAY_S)

    def _write(self, items: list[Item]) -> None:
        """All in one transaction; when that is refused, each in its own, so that one stops nobody else."""
        if not items:
            return
        files = {item.place: _stored(item) for item in items}
        try:
            done = self._commit(items, files)
        except _REFUSALS:
            log.exception("a batch was refused: one by one")
            done = [one for item in items for one in self._alone(item, files)]
        self._streams.free(items, done)

    def _alone(self, item: Item, files: dict[bytes, Files]) -> list[Item]:
        try:
            return self._commit([item], files)
        except _REFUSALS as error:
            log.exception("an entry was refused", stream=item.stream, camera=item.camera_id, key=item.key)
            self._streams.refuse(item.stream, item.place, repr(error))
            return [item]

    def _commit(self, items: list[Item], files: dict[bytes, Files]) -> list[Item]:
        """Write and commit; returns what its senders may forget."""
        with transaction.atomic():
            epochs = lease_epochs(camera_ids={item.camera_id for item in items})
            done = [item for item in items if _lawful(item, epochs)]
            counts_flush(sent=[_counts(item) for item in done if _is_counts(item)])
            for item in done:
                _write_one(item, files[item.place])
            return done


def _lawful(item: Item, epochs: dict[int, int]) -> bool:
    """False: fenced, nothing of it is written. The epoch of a new owner is recorded."""
    recorded = epochs.get(item.camera_id, 0)
    if item.epoch < recorded:
        log.warning("fenced: dropped", camera=item.camera_id, key=item.key, epoch=item.epoch, recorded=recorded)
        return False
    if item.epoch > recorded:
        owner = str(item.data.get("owner", ""))
        lease_record(camera_id=item.camera_id, epoch=item.epoch, owner=owner)
        epochs[item.camera_id] = item.epoch
    return True


def _is_counts(item: Item) -> bool:
    return item.stream == COUNTS and item.data.get("kind") != COMPLIANCE


def _counts(item: Item) -> CountSent:
    return CountSent(item.camera_id, CountNews.from_json(item.data), tuple(_changes(item.blobs)))


def _write_one(item: Item, files: Files) -> None:
    """Everything but counts, which are written together."""
    if item.stream == ALARMS:
        _write_news(item, files)
    elif not _is_counts(item):
        compliance_flush(camera_id=item.camera_id, news=ComplianceNews.from_json(item.data))


def _write_news(item: Item, files: Files) -> None:
    """What came on the stream of alarms."""
    kind = item.data.get("kind")
    if kind == ADVICE:
        advice_write(camera_id=item.camera_id, news=AdviceNews.from_json(item.data))
    elif kind == VIEW:
        view_keep(camera_id=item.camera_id, news=ViewNews.from_json(item.data), views=item.blobs)
    elif kind == CLIP:
        clip_write(news=ClipNews.from_json(item.data), files=files)
    elif kind != OWNER:
        news = AlarmNews.from_json(item.data)
        alarm_write(camera_id=item.camera_id, news=news, snapshot=files.get("snapshot", ""))


def _stored(item: Item) -> Files:
    """Names in the storage, written before the transaction: a file must not hold the database's lock."""
    if item.data.get("kind") == CLIP:
        return _clip(item)
    return {"snapshot": _picture(item)}


def _clip(item: Item) -> Files:
    """None for what is refused when it is written."""
    try:
        news = ClipNews.from_json(item.data)
    except NewsError:
        return {}
    return clip_store(news=news, files=item.blobs)


def _picture(item: Item) -> str:
    jpeg, alarm_id, at = item.blobs.get("snapshot"), item.data.get("alarm_id"), item.data.get("started_at")
    if not jpeg or item.data.get("kind") != START or not isinstance(at, int | float):
        return ""
    return snapshot_store(alarm_id=str(alarm_id), at=at, jpeg=jpeg)


def _changes(blobs: dict[str, bytes]) -> Iterator[tuple[int, bytes]]:
    """The packed hours of the change log: blobs named `log:<area>:<n>`."""
    return ((int(name.split(":")[1]), packed) for name, packed in blobs.items() if name.startswith("log:"))
