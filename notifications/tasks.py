"""Celery's doors to the outbox (DESIGN 6). Each is safe to run twice."""

import threading
import time
from datetime import UTC, datetime
from typing import Any

import structlog
from celery import shared_task, signals
from django.db import Error, close_old_connections, connection
from redis.exceptions import RedisError

from notifications.services.csv_file import csv_files_prune, csv_files_write
from notifications.services.escalation import escalations_run
from notifications.services.wake import destination_wake, wake_begun

log = structlog.get_logger(__name__)

TURN_S = 5.0
"""Then the thread is given to another destination; this one stands in the queue again."""

_stopping = threading.Event()


@signals.worker_shutting_down.connect
def stop(**_signal: Any) -> None:
    """SIGTERM: what is being sent is finished; whoever comes next goes on."""
    _stopping.set()


@shared_task(ignore_result=True)
def drain(destination_id: int) -> None:
    """Send what is due to one destination, in order. A second run finds it taken, and stops.

    A database that is away is for the next sweep: what was sent and could not be noted is sent again, with its id.
    """
    from notifications.services.drain import destination_drain, destination_is_due  # brings an HTTP client

    close_old_connections()
    try:
        wake_begun(destination_id=destination_id)
        until = time.monotonic() + TURN_S
        while destination_is_due(destination_id=destination_id):
            if _stopping.is_set() or time.monotonic() > until:
                destination_wake(destination_id=destination_id)
                return
            destination_drain(destination_id=destination_id)
    except (Error, RedisError) as error:
        log.warning("notifications: a server is away", destination=destination_id, error=str(error))
    finally:
        connection.close()


@shared_task(ignore_result=True)
def sweep() -> None:
    """Wake the destinations with something to send that nobody sends."""
    from notifications.services.sweep import notification_sweep  # brings an HTTP client

    close_old_connections()
    try:
        notification_sweep()
    except Error as error:
        log.warning("notifications: database away", error=str(error))
    finally:
        connection.close()


@shared_task(ignore_result=True)
def escalate() -> None:
    """Tell of the alarms that nobody acknowledged in time (OPR-7); a database that is away is for the next run."""
    close_old_connections()
    try:
        escalations_run(now=datetime.now(UTC))
    except Error as error:
        log.warning("escalations: database away", error=str(error))
    finally:
        connection.close()


@shared_task(ignore_result=True)
def prune() -> None:
    """Remove notifications, attempts and daily files that are older than they are kept."""
    from notifications.services.sweep import notification_prune  # brings an HTTP client

    now = datetime.now(UTC)
    log.info("pruned", rows=notification_prune(now=now), files=csv_files_prune(now=now))


@shared_task(ignore_result=True)
def write_csv_files() -> None:
    """The daily files of counts that are missing (OCC-30); what cannot be written now is for the next hour."""
    close_old_connections()
    try:
        log.info("daily files", written=csv_files_write(now=datetime.now(UTC)))
    except (Error, OSError) as error:
        log.warning("daily files: not all are written", error=str(error))
    finally:
        connection.close()
