"""Work in the background: `celery -A portal.celery worker|beat` (DESIGN 1, 2)."""

import os
from functools import partial
from threading import Thread
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab
from django.urls import reverse
from django_structlog.celery.steps import DjangoStructLogInitStep

from portal.broker import SteadyBroker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
# Every worker would run all system checks, for which it loads every page and form, and then drop what they found.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

RECONCILE_EVERY_S = 2.0
SWEEP_EVERY_S = 5.0
RETRY_EVERY_S = 2.0
ROLL_UP_EVERY_S = 30.0

app = Celery("lookout", amqp=SteadyBroker)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)  # what a task logs has its id, and that of the request behind it
app.conf.broker_connection_max_retries = None  # a server that is away for hours comes back, too
app.conf.broker_channel_error_retry = True  # nor does one whose memory or disk is full end a worker
app.conf.broker_transport_options = {
    "socket_connect_timeout": 5,
    "socket_timeout": 10,  # a frozen server must not hold a thread; consumers ask once a second
    "socket_keepalive": True,
}
app.conf.beat_scheduler = "portal.beat:SteadyScheduler"
app.conf.beat_schedule = {
    "ensure-cameras-running": {
        "task": "analytics.tasks.ensure_cameras_running",
        "schedule": RECONCILE_EVERY_S,
        "options": {"expires": RECONCILE_EVERY_S},  # rounds that could not run do not pile up
    },
    "end-silent-alarms": {
        "task": "analytics.tasks.end_silent_alarms",
        "schedule": SWEEP_EVERY_S,
        "options": {"expires": SWEEP_EVERY_S},
    },
    "tell-events": {
        "task": "analytics.tasks.tell_events",
        "schedule": SWEEP_EVERY_S,
        "options": {"expires": SWEEP_EVERY_S},
    },
    "roll-up-counts": {
        "task": "analytics.tasks.roll_up_counts",
        "schedule": ROLL_UP_EVERY_S,
        "options": {"expires": ROLL_UP_EVERY_S},
    },
    "sweep-jobs": {
        "task": "cameras.tasks.sweep_jobs",
        "schedule": SWEEP_EVERY_S,
        "options": {"expires": SWEEP_EVERY_S},
    },
    "sweep-notifications": {
        "task": "notifications.tasks.sweep",
        "schedule": RETRY_EVERY_S,
        "options": {"expires": RETRY_EVERY_S},
    },
    "escalate-alarms": {
        "task": "notifications.tasks.escalate",
        "schedule": SWEEP_EVERY_S,
        "options": {"expires": SWEEP_EVERY_S},
    },
    "prune": {"task": "analytics.tasks.prune", "schedule": crontab(hour="3", minute="10")},
    "prune-media": {"task": "analytics.tasks.prune_media", "schedule": crontab(hour="3", minute="30")},
    "prune-requests": {"task": "portal.common.tasks.prune_requests", "schedule": crontab(minute="40")},
    "prune-notifications": {"task": "notifications.tasks.prune", "schedule": crontab(hour="3", minute="20")},
    "write-csv-files": {"task": "notifications.tasks.write_csv_files", "schedule": crontab(minute="20")},
}


@signals.setup_logging.connect
def keep_logging(**_signal: Any) -> None:
    """Logging is set up already, as in every process (portal/logs.py)."""


@signals.worker_ready.connect
def begin(sender: Any, **_signal: Any) -> None:
    """A worker that takes cameras says so, and loads its network before the first one comes. Nobody waits for beat:
    cameras, or the writer, may be without an owner."""
    from analytics.workers.heartbeat import ON_DEVICE, SKETCHED, WATCH  # models are ready only now
    from analytics.workers.queueing import reconcile_queue
    from analytics.workers.runtime import runtime
    from notifications.workers.runtime import runtime as outputs

    queues = sender.app.amqp.queues.consume_from
    accept = partial(_accept, sender, tuple(queues))
    if WATCH in queues:
        runtime().start(slots=sender.controller.concurrency, accept=accept, device=ON_DEVICE in queues)
    if SKETCHED in queues:
        runtime().simulate(slots=sender.controller.concurrency, accept=accept)
    if "notify" in queues:
        outputs().start()
    reconcile_queue()
    if "writer" in queues:
        # Alarms name addresses. The first one would load all pages for that, with the database locked for a second.
        Thread(target=reverse, args=("overview",), daemon=True).start()


def _accept(consumer: Any, queues: tuple[str, ...], accept: bool) -> None:
    """Take cameras, or none any more. Any thread may call it; the worker's own does it."""
    change = consumer.add_task_queue if accept else consumer.cancel_task_queue
    for queue in queues:
        consumer.call_soon(change, queue)


@signals.worker_ready.connect
def appear(sender: Any, **_signal: Any) -> None:
    """A worker says that it lives, and for which queues."""
    from portal.presence import presence_begin, role_of

    presence_begin(role_of(sender.app.amqp.queues.consume_from))


@signals.beat_init.connect
def appear_as_beat(**_signal: Any) -> None:
    """There must be one of them: a second one is seen by this."""
    from portal.presence import BEAT, presence_begin

    presence_begin(BEAT)


@signals.worker_shutting_down.connect
def end(**_signal: Any) -> None:
    """SIGTERM: ask every loop to save its state and give its lease back. Must not wait: this is a signal handler."""
    from analytics.workers.runtime import runtime
    from notifications.workers.runtime import runtime as outputs

    runtime().stop()
    outputs().stop()


@signals.worker_shutdown.connect
def close(**_signal: Any) -> None:
    """Its tasks have ended: say goodbye to the brokers, too, or they would tell everybody our last will."""
    from analytics.workers.runtime import runtime
    from notifications.workers.runtime import runtime as outputs

    runtime().close()
    outputs().close()
