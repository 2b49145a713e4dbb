"""Celery's doors to the jobs (EXT-1) and to the search for cameras (CAM-3). Each is safe to run twice."""

import threading
from typing import Any
from uuid import UUID

import structlog
from celery import shared_task, signals
from django.db import Error, close_old_connections
from redis.exceptions import RedisError

from cameras.services.job_run import job_turn, jobs_resume

log = structlog.get_logger(__name__)

_stopping = threading.Event()


@signals.worker_shutting_down.connect
def stop(**_signal: Any) -> None:
    """SIGTERM: jobs end their turn with the camera that they are at; whoever comes next goes on."""
    _stopping.set()


@shared_task(ignore_result=True)
def job_work(job_id: str) -> None:
    """One turn of a job. A second run finds it taken, and ends; a database that is away is for the next sweep."""
    close_old_connections()
    try:
        job_turn(job_id=UUID(job_id), stopping=_stopping.is_set)
    except Error as error:
        log.warning("job: database away", job=job_id, error=str(error))


@shared_task(ignore_result=True)
def sweep_jobs() -> None:
    """Wake the jobs that nobody works on: their worker died, or could not be told."""
    close_old_connections()
    try:
        jobs_resume()
    except Error as error:
        log.warning("jobs: database away", error=str(error))


@shared_task(ignore_result=True)
def discover(scan_id: str, turn: int) -> None:
    """One turn of a search. A second run finds it taken; a server that is away leaves it to be ordered again."""
    from cameras.services.discovery_run import scan_run  # brings an HTTP client, which other work does without

    try:
        scan_run(scan_id=scan_id, turn=turn, stopping=_stopping.is_set)
    except RedisError as error:
        log.warning("search: key-value server away", search=scan_id, error=str(error))
