"""Wanted cameras against running ones, every two seconds (DESIGN 2; RUN-4).

Missing: a camera that nobody holds a lease of is queued, once until it is taken; a holder that was killed on this very
machine is not waited for. Uneven: a camera of the fullest worker is to move when another has room. Drained: all cameras
of that worker are to move, a few at a time. A camera that is to move is queued for somebody else. Gone: a worker that
runs what nobody wants any more looks again. A camera that somebody has moved by hand is left where it is for a while.

A key-value server that has just started has forgotten who owns what, and one whose clock was set ahead has let all
leases run out: for a moment nothing is queued, so that the owners that are alive take their leases again first.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf
from typing import Any, TypeVar

import structlog
from django.db import transaction
from redis import Redis

from analytics.engine.alarm.events import EndReason
from analytics.models import Alarm, CombinedArea
from analytics.services.alarm import alarms_close
from analytics.workers.heartbeat import SKETCHED, Beat, beats
from analytics.workers.keyvalue import key, server_time_us
from analytics.workers.lease import COMBINED, bury
from analytics.workers.machine import surely_dead
from analytics.workers.moving import moving, moving_note, staying
from analytics.workers.plan import Wanted, cameras_wanted

log = structlog.get_logger(__name__)
Name = TypeVar("Name", int, str)

QUEUED_MS = 5_000  # how long a queued camera is not queued again; its message expires then
OWNERS_FIRST_S = 3  # age of the key-value server
LEAP_S = 10  # by its clock, between two rounds that come every two seconds: it was set ahead, or nobody looked
MOVE_EVERY_MS = 4_000  # of one worker: its heartbeat must have told the last move
DRAINED_AT_ONCE = 8  # streams that are open twice meanwhile
FULL_WHEN_SHORT = 1.5  # use of a worker whose cameras come short, whatever it had measured


@dataclass(frozen=True, slots=True)
class Round:
    """What one round found to do."""

    queue: list[int] = field(default_factory=list)
    sketched: frozenset[int] = frozenset()  # of all of these, those that only a simulator runs
    on_device: frozenset[int] = frozenset()  # of `queue`, those that workers with a GPU have room for
    asked: list[int] = field(default_factory=list)  # to move, from this round on
    moving: dict[int, str] = field(default_factory=dict)  # to queue for somebody else than this worker
    ended: int = 0  # alarms of cameras that nobody wants
    writer: bool = False  # nobody writes
    combined: bool = False  # nobody runs the timers of combined areas (DASH-6)


def look(server: Redis) -> Round:
    """One round; the caller queues what it returns. Raises RedisError, django.db.Error."""
    owners_first = _young(server) or _leapt(server)
    writer = not _held(server, ["writer"]) and _claim(server, "writer")
    combined = CombinedArea.objects.exists() and not _held(server, [COMBINED]) and _claim(server, COMBINED)
    wanted = cameras_wanted()
    living = beats(server)
    held = _held(server, {*wanted, *(one for beat in living for one in beat.cameras)})
    _announce(server, wanted)
    _recall(server, held - set(wanted))
    _note_short(server, living)
    missing = sorted(set(wanted) - held)
    sketched = frozenset(one for one, camera in wanted.items() if camera.sketched)
    queue, asked = [], []
    for kind in (False, True):
        some = [one for one in missing if (one in sketched) is kind]
        group = [beat for beat in living if (beat.queue == SKETCHED) is kind]
        asked += _drain(server, group) + ([] if some else _balance(server, group, wanted))
        queue += [] if owners_first else _claim_some(server, some, group)
    return Round(
        queue=queue,
        sketched=sketched,
        on_device=_to_devices(server, [one for one in queue if one not in sketched], living, wanted),
        asked=asked,
        moving={} if owners_first else _moving(server, held & set(wanted), living),
        ended=_end_orphans(set(wanted) | held),
        writer=writer,
        combined=combined,
    )


def _young(server: Redis) -> bool:
    info: Any = server.info("server")
    return int(info["uptime_in_seconds"]) < OWNERS_FIRST_S


def _leapt(server: Redis) -> bool:
    """Whether the server's clock went further than rounds are apart; the next round, two seconds later, knows more."""
    now_us = server_time_us(server)
    last: Any = server.set(key("round", "at"), now_us, get=True)
    return last is not None and now_us - int(last) > LEAP_S * 1_000_000


def _held(server: Redis, names: Collection[Name]) -> set[Name]:
    """The names that somebody holds a lease of who is not known to be dead."""
    tokens: Any = server.mget([key("lease", one) for one in names]) if names else []
    held = {one: token for one, token in zip(names, tokens, strict=True) if token}
    owners = {_owner(token) for token in held.values()}  # a few processes have a thousand leases
    dead = {owner for owner in owners if surely_dead(owner)}
    return {one for one, token in held.items() if _owner(token) not in dead or not bury(server, one, token)}


def _owner(token: bytes) -> str:
    """The process that holds a lease, see machine.py."""
    return token.rpartition(b":")[0].decode()


def _claim(server: Redis, name: int | str) -> bool:
    """True for the one who may queue it now."""
    return bool(server.set(key("queued", name), 1, nx=True, px=QUEUED_MS))


def _claim_some(server: Redis, missing: list[int], living: list[Beat]) -> list[int]:
    """As many as there are places for: what nobody can take would only pile up in the queue."""
    places = sum(beat.places for beat in living)
    return [camera_id for camera_id in missing[:places] if _claim(server, camera_id)]


def _to_devices(server: Redis, queue: list[int], living: list[Beat], wanted: dict[int, Wanted]) -> frozenset[int]:
    """What fits is offered to workers with a GPU; a camera that none of them took the last time is for everybody."""
    devices = [beat for beat in living if beat.device]
    places = sum(beat.places for beat in devices)
    room = sum(max(0.0, beat.capacity - beat.load) if beat.capacity else inf for beat in devices)
    found = set()
    for camera_id in queue[:places]:
        room -= wanted[camera_id].looks
        if room >= 0 and server.set(key("offered", camera_id), 1, nx=True, px=2 * QUEUED_MS):
            found.add(camera_id)
    return frozenset(found)


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
    pipe = server.pipeline(transaction=False)
    for camera_id in camera_ids:
        pipe.hset(key("ctl", camera_id), "version", -1)
        pipe.expire(key("ctl", camera_id), 60)
    pipe.execute()


def _moving(server: Redis, held: set[int], living: list[Beat]) -> dict[int, str]:
    """Those that somebody else is to be called for now; nobody is while no other worker of the kind has a place."""
    queues = {beat.worker: beat.queue for beat in living}
    noted = moving(server, held)
    called = {
        worker: any(beat.places and beat.worker != worker and beat.queue == queues.get(worker) for beat in living)
        for worker in set(noted.values())
    }
    return {one: worker for one, worker in noted.items() if called[worker] and _claim(server, one)}


def _drain(server: Redis, living: list[Beat]) -> list[int]:
    """Have cameras of drained workers move, as far as others have places."""
    places, asked = sum(beat.places for beat in living), []
    for beat in living:
        if beat.draining and beat.cameras:
            under_way = moving(server, beat.cameras)
            hard = staying(server, list(beat.cameras))  # what could not be moved a while ago comes last
            waiting = sorted((one for one in beat.cameras if one not in under_way), key=lambda one: one in hard)
            some = waiting[: max(0, min(DRAINED_AT_ONCE, places) - len(under_way))]
            for camera_id in some:
                moving_note(server, camera_id, beat.worker)
            places -= len(under_way) + len(some)
            asked += some
    return asked


def _balance(server: Redis, living: list[Beat], wanted: dict[int, Wanted]) -> list[int]:
    """Have one camera move of each worker that is fuller than need be: the one it took last."""
    asked, living = [], [beat for beat in living if not beat.draining]
    uses = {beat.worker: _use(beat) for beat in living}
    free = set(wanted) - staying(server, list(wanted))
    for full in sorted(living, key=lambda beat: -uses[beat.worker]):
        movable = [one for one in full.cameras if one in free]
        room = min(living, key=lambda beat: uses[beat.worker])
        if room is full or not movable or not room.places:
            continue
        after = (room.load + wanted[movable[-1]].looks) / (room.capacity or 1)
        if not room.capacity or after >= uses[full.worker]:
            continue
        if server.set(key("moved", full.worker), 1, nx=True, px=MOVE_EVERY_MS):
            moving_note(server, movable[-1], full.worker)
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
