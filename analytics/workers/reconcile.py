"""Wanted cameras against running ones, every two seconds (DESIGN 2; RUN-4).

Missing: a camera that nobody holds a lease of is queued, once until it is taken; a holder that was killed on this very
machine is not waited for. Uneven: the fullest worker is asked to
hand one camera over when another has room. Gone: a worker that runs what nobody wants any more looks again. A camera
that somebody has moved by hand is left where it is for a while.

A key-value server that has just started has forgotten who owns what: for a moment nothing is queued, so that the owners
that are alive take their leases again first.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog
from django.db import transaction
from redis import Redis

from analytics.engine.alarm.events import EndReason
from analytics.models import Alarm, CombinedArea
from analytics.services.alarm import alarms_close
from analytics.workers.heartbeat import Beat, beats
from analytics.workers.keyvalue import key
from analytics.workers.lease import COMBINED, bury
from analytics.workers.moving import staying
from analytics.workers.plan import Wanted, cameras_wanted

log = structlog.get_logger(__name__)
Name = TypeVar("Name", int, str)

QUEUED_MS = 5_000  # how long a queued camera is not queued again; its message expires then
OWNERS_FIRST_S = 3  # age of the key-value server
MOVE_EVERY_MS = 4_000  # of one worker: its heartbeat must have told the last move
FULL_WHEN_SHORT = 1.5  # use of a worker whose cameras come short, whatever it had measured


@dataclass(frozen=True, slots=True)
class Round:
    """What one round found to do."""

    queue: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)  # to hand over
    ended: int = 0  # alarms of cameras that nobody wants
    writer: bool = False  # nobody writes
    combined: bool = False  # nobody runs the timers of combined areas (DASH-6)


def look(server: Redis) -> Round:
    """One round; the caller queues what it returns. Raises RedisError, django.db.Error."""
    writer = not _held(server, ["writer"]) and _claim(server, "writer")
    combined = CombinedArea.objects.exists() and not _held(server, [COMBINED]) and _claim(server, COMBINED)
    wanted = cameras_wanted()
    living = beats(server)
    held = _held(server, {*wanted, *(one for beat in living for one in beat.cameras)})
    _announce(server, wanted)
    _recall(server, held - set(wanted))
    _note_short(server, living)
    missing = sorted(set(wanted) - held)
    return Round(
        queue=[] if _young(server) else _claim_some(server, missing, living),
        asked=[] if missing else _balance(server, living, wanted),
        ended=_end_orphans(set(wanted) | held),
        writer=writer,
        combined=combined,
    )


def _young(server: Redis) -> bool:
    info: Any = server.info("server")
    return int(info["uptime_in_seconds"]) < OWNERS_FIRST_S


def _held(server: Redis, names: Collection[Name]) -> set[Name]:
    """The names that somebody holds a lease of who is not known to be dead."""
    tokens: Any = server.mget([key("lease", one) for one in names]) if names else []
    held = {one: token for one, token in zip(names, tokens, strict=True) if token}
    return {one for one, token in held.items() if not bury(server, one, token)}


def _claim(server: Redis, name: int | str) -> bool:
    """True for the one who may queue it now."""
    return bool(server.set(key("queued", name), 1, nx=True, px=QUEUED_MS))


def _claim_some(server: Redis, missing: list[int], living: list[Beat]) -> list[int]:
    """As many as there are places for: what nobody can take would only pile up in the queue."""
    places = sum(max(0, beat.slots - len(beat.cameras)) for beat in living)
    return [camera_id for camera_id in missing[:places] if _claim(server, camera_id)]


def _announce(server: Redis, wanted: dict[int, Wanted]) -> None:
    """The version of the settings, for workers that missed the announcement (the server came back empty)."""
    pipe = server.pipeline(transaction=False)
    for camera_id in wanted:
        pipe.hget(key("ctl", camera_id), "version")
    told = pipe.execute()
    pipe = server.pipeline(transaction=False)
    for (camera_id, camera), version in zip(wanted.items(), told, strict=True):
        if int(version or 0) != camera.version:
            pipe.hset(key("ctl", camera_id), "version", camera.version)
    pipe.execute()


def _recall(server: Redis, camera_ids: set[int]) -> None:
    """Their workers look into the database again, and find that they are not wanted."""
    for camera_id in camera_ids:
        server.hset(key("ctl", camera_id), "version", -1)
        server.expire(key("ctl", camera_id), 60)


def _balance(server: Redis, living: list[Beat], wanted: dict[int, Wanted]) -> list[int]:
    """Ask each worker that is fuller than need be for one camera: the one it took last."""
    asked = []
    uses = {beat.worker: _use(beat) for beat in living}
    free = set(wanted) - staying(server, list(wanted))
    for full in sorted(living, key=lambda beat: -uses[beat.worker]):
        movable = [one for one in full.cameras if one in free]
        room = min(living, key=lambda beat: uses[beat.worker])
        if room is full or not movable or len(room.cameras) >= room.slots:
            continue
        after = (room.load + wanted[movable[-1]].looks) / (room.capacity or 1)
        if not room.capacity or after >= uses[full.worker]:
            continue
        if server.set(key("moved", full.worker), 1, nx=True, px=MOVE_EVERY_MS):
            server.hset(key("ctl", movable[-1]), "yield", full.worker)
            uses[room.worker] = after
            asked.append(movable[-1])
            log.info("balance: asked to hand over", camera=movable[-1], of=full.worker, to=room.worker)
    return asked


def _use(beat: Beat) -> float:
    """1 = as much as it can."""
    measured = beat.load / beat.capacity if beat.capacity else 0.0
    return max(measured, FULL_WHEN_SHORT) if beat.short else measured


def _note_short(server: Redis, living: list[Beat]) -> None:
    """The `capacity` event: once a minute for each worker."""
    for beat in living:
        if beat.short and server.set(key("short", beat.worker), 1, nx=True, ex=60):
            log.warning("capacity: cameras come short", worker=beat.worker, cameras=beat.short, ms=beat.ms)


def _end_orphans(cared_for: set[int]) -> int:
    """End the open alarms of cameras that nobody runs and nobody wants; their workers are gone and cannot.

    What only the camera told of needs no worker (OUT-10), and a combined area has an owner of its own.
    """
    ours = Alarm.objects.filter(ended_at=None, combined=None).exclude(source=Alarm.Source.CAMERA)
    orphans = ours.exclude(camera__in=cared_for)
    if not orphans.exists():
        return 0
    now = datetime.now(UTC)
    removed, off = orphans.filter(camera=None), orphans.exclude(camera=None)
    with transaction.atomic():
        closed = alarms_close(alarms=removed, reason=EndReason.CAMERA_REMOVED, at=now)
        closed += alarms_close(alarms=off.filter(camera__enabled=False), reason=EndReason.STATUS_OFF, at=now)
        closed += alarms_close(alarms=off, reason=EndReason.UNINSTALLED, at=now)
    return len(closed)
