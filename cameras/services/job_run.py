"""The work on jobs, in turns: some cameras, one after another, then the thread is free for other work (EXT-1).

One task at a time works on a job: it puts a word of its own into `owner` by a conditional UPDATE, and every item is
finished together with a renewal of it. So a task that was frozen, and whose job somebody else has taken, writes nothing
more. What a killed worker had begun waits again: what it did to the camera was undone with its transaction.
"""

import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import Error, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cameras.models import Job, JobItem
from cameras.services.job import job_end, job_wake
from cameras.services.job_work import ItemFailedError, ItemSkippedError, item_work

log = structlog.get_logger(__name__)

TURN_S = 5.0
OWNED = timedelta(seconds=30)  # many times what one camera takes
MOST_ATTEMPTS = 3  # of an item whose worker died each time


class JobLostError(Exception):
    """Somebody else works on the job."""


def job_turn(*, job_id: UUID, stopping: Callable[[], bool]) -> None:
    """Work on a job for some seconds, and have it taken up again when something is left.

    stopping: asked between two cameras.    A second call at the same time finds the job taken, and returns.
    """
    owner = secrets.token_hex(8)
    if not _take(job_id, owner):
        return
    job, until = Job.objects.get(pk=job_id), time.monotonic() + TURN_S
    try:
        while time.monotonic() < until and not stopping():
            item = _begin_next(job, owner)
            if item is None:
                job_end(job_id=job_id)
                return
            _do(job, item, owner)
    except JobLostError:
        log.warning("job: somebody else has taken it", job=str(job_id))
        return
    _give_back(job_id, owner)


def jobs_resume() -> int:
    """Wake every job that waits for a worker, or whose worker died; how many."""
    waiting = Job.objects.filter(_free(), ended_at=None).values_list("pk", flat=True)
    found = list(waiting)
    for job_id in found:
        if not job_end(job_id=job_id):
            job_wake(job_id=job_id)
    return len(found)


def _free() -> Q:
    return Q(owner_until=None) | Q(owner_until__lt=timezone.now())


@transaction.atomic
def _take(job_id: UUID, owner: str) -> bool:
    """Become its owner. What the last one had begun waits again, or has failed when that happened too often."""
    now = timezone.now()
    free = Job.objects.filter(_free(), pk=job_id, ended_at=None)
    if not free.update(owner=owner, owner_until=now + OWNED):
        return False
    Job.objects.filter(pk=job_id, started_at=None).update(started_at=now)
    begun = JobItem.objects.filter(job=job_id, state=JobItem.State.RUNNING)
    reason = _("The worker ended %(count)s times while it was at this camera.") % {"count": MOST_ATTEMPTS}
    begun.filter(attempts__gte=MOST_ATTEMPTS).update(state=JobItem.State.FAILED, reason=reason, ended_at=now)
    begun.filter(attempts__lt=MOST_ATTEMPTS).update(state=JobItem.State.WAITING)
    return True


@transaction.atomic
def _begin_next(job: Job, owner: str) -> JobItem | None:
    """The next camera, marked as running. Raises JobLostError."""
    _renew(job, owner)
    waiting = JobItem.objects.filter(job=job, state=JobItem.State.WAITING).order_by("position")
    item = waiting.select_for_update().first()
    if item is not None:
        item.state, item.started_at, item.attempts = JobItem.State.RUNNING, timezone.now(), item.attempts + 1
        item.save(update_fields=["state", "started_at", "attempts"])
    return item


def _do(job: Job, item: JobItem, owner: str) -> None:
    """What is done to a camera and what is said of it are one transaction. Raises JobLostError, django.db.Error."""
    try:
        with transaction.atomic():
            item_work(job=job, item=item)
            _finish(job, item, owner, JobItem.State.DONE)
    except ItemSkippedError as skipped:
        _finish(job, item, owner, JobItem.State.SKIPPED, str(skipped))
    except ItemFailedError as failed:
        _finish(job, item, owner, JobItem.State.FAILED, str(failed))
    except (JobLostError, Error):
        raise
    except Exception as error:  # the outermost loop of a worker: one camera stops no other
        log.exception("job: unexpected error", job=str(job.pk), camera=item.camera_id)
        reason = _("An unexpected error (%(error)s); the log of the portal says more.")
        _finish(job, item, owner, JobItem.State.FAILED, reason % {"error": type(error).__name__})


@transaction.atomic
def _finish(job: Job, item: JobItem, owner: str, state: JobItem.State, reason: str = "") -> None:
    _renew(job, owner)
    facts = {"state": state, "reason": reason, "ended_at": timezone.now()}
    JobItem.objects.filter(pk=item.pk, state=JobItem.State.RUNNING).update(**facts)


def _renew(job: Job, owner: str) -> None:
    """Raises JobLostError when the job is somebody else's by now."""
    mine = Job.objects.filter(pk=job.pk, owner=owner)
    if not mine.update(owner_until=timezone.now() + OWNED):
        raise JobLostError(str(job.pk))


@transaction.atomic
def _give_back(job_id: UUID, owner: str) -> None:
    if Job.objects.filter(pk=job_id, owner=owner).update(owner="", owner_until=None):
        job_wake(job_id=job_id)
