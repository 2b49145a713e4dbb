"""Celery's doors to the camera workers and the writer (DESIGN 2). Each is safe to run twice."""

from datetime import UTC, datetime

import structlog
from celery import shared_task
from django.db import Error, close_old_connections
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from analytics.services.camera_told import cameras_tell
from analytics.services.compliance import compliance_prune
from analytics.services.count import count_prune
from analytics.services.event import events_number, events_prune
from analytics.services.received import alarms_end_silent
from analytics.services.retention import media_prune, strays_remove
from analytics.services.rollup import counts_roll_up
from analytics.services.scene import advice_prune
from analytics.workers import reconcile
from analytics.workers.heartbeat import ON_DEVICE, SKETCHED, WATCH
from analytics.workers.keyvalue import client
from analytics.workers.queueing import camera_queue, combined_queue, writer_queue
from analytics.workers.runtime import runtime

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True)
def run_camera(camera_id: int, avoid: str = "", hops: int = 0) -> None:
    """Own the camera until asked to hand it over. A second run finds the lease taken, and ends.

    avoid: the worker that has it and shall hand it over, or has just done so.
    """
    with structlog.contextvars.bound_contextvars(camera=camera_id):
        runtime().run_camera(camera_id, avoid=avoid, hops=hops)


@shared_task(ignore_result=True)
def write_stream() -> None:
    """Write what cameras see into the database, as the only one. A second run finds the lease taken, and ends."""
    runtime().write_stream()


@shared_task(ignore_result=True)
def run_combined() -> None:
    """Run the timers of combined areas, as the only one (DASH-6). A second run finds the lease taken, and ends."""
    runtime().run_combined()


@shared_task(ignore_result=True)
def ensure_cameras_running() -> None:
    """One round of reconcile; a server that is away is for the next round."""
    close_old_connections()
    try:
        found = reconcile.look(client())
        for camera_id, worker in {**dict.fromkeys(found.queue, ""), **found.moving}.items():
            camera_queue(camera_id, queue=_queue_of(camera_id, found), avoid=worker)
        if found.writer:
            writer_queue()
        if found.combined:
            combined_queue()
    except (RedisError, OperationalError, Error) as error:
        log.warning("reconcile could not look", error=str(error))


def _queue_of(camera_id: int, found: reconcile.Round) -> str:
    if camera_id in found.sketched:
        return SKETCHED
    return ON_DEVICE if camera_id in found.on_device else WATCH


@shared_task(ignore_result=True)
def end_silent_alarms() -> None:
    """End what only a camera told of, and tells of no more (OUT-10); a database that is away is for the next round."""
    close_old_connections()
    try:
        alarms_end_silent(now=datetime.now(UTC))
    except Error as error:
        log.warning("silent alarms: database away", error=str(error))


@shared_task(ignore_result=True)
def roll_up_counts() -> None:
    """Pack the minutes that came (CNT-1); a database that is away is for the next round."""
    close_old_connections()
    try:
        counts_roll_up(now=datetime.now(UTC))
    except Error as error:
        log.warning("roll-up of counts: database away", error=str(error))


@shared_task(ignore_result=True)
def tell_events() -> None:
    """Put into the log what became of cameras, and number what a crash left (API-6). A server that is away is for the
    next round."""
    close_old_connections()
    try:
        events_number()
        cameras_tell()
    except (RedisError, Error) as error:
        log.warning("events: server away", error=str(error))


@shared_task(ignore_result=True)
def prune() -> None:
    """Remove what is older than it is kept: counts (CNT-2, CNT-7), people by mask (MASK-9), scene advice (CAM-8),
    events (API-6)."""
    now = datetime.now(UTC)
    removed = {"rows": count_prune(now=now), "people": compliance_prune(now=now), "advice": advice_prune(now=now)}
    log.info("pruned", **removed, events=events_prune(now=now))


@shared_task(ignore_result=True)
def prune_media() -> None:
    """Delete pictures of alarms that are older than their site keeps them, and files that no alarm names (SEC-7)."""
    now = datetime.now(UTC)
    pictures = media_prune(now=now)
    log.info("pruned media", removed=pictures.removed, failed=pictures.failed, strays=strays_remove(now=now))
