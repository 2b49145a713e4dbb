"""Putting work into its queues. By name: the tasks import the workers, not the other way round.

Everything here raises kombu's OperationalError when the key-value server is away.
"""

from celery import current_app

from analytics.workers.heartbeat import WATCH
from analytics.workers.reconcile import QUEUED_MS

EXPIRES_S = QUEUED_MS / 1000


def camera_queue(camera_id: int, *, queue: str = WATCH, avoid: str = "", hops: int = 0) -> None:
    """Have some worker run the camera. avoid: the worker that has it and shall hand it over, or has just done so."""
    kwargs = {"avoid": avoid, "hops": hops} if avoid else {}
    task = "analytics.tasks.run_camera"
    current_app.send_task(task, args=[camera_id], kwargs=kwargs, queue=queue, expires=EXPIRES_S)


def reconcile_queue() -> None:
    """Have wanted cameras looked for now."""
    current_app.send_task("analytics.tasks.ensure_cameras_running", expires=EXPIRES_S)


def writer_queue() -> None:
    """Have some worker write the streams."""
    current_app.send_task("analytics.tasks.write_stream", expires=EXPIRES_S)


def combined_queue() -> None:
    """Have some worker run the timers of combined areas."""
    current_app.send_task("analytics.tasks.run_combined", expires=EXPIRES_S)
