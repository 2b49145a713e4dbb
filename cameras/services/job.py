"""Jobs: ordered, cancelled, and what failed tried again (EXT-1). The work itself is done by `job_run.py`."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import structlog
from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from cameras.models import Camera, Job, JobItem, Role
from cameras.selectors import Visitor, site_list
from cameras.services.job_order import order_clean
from portal.accounts.models import User

log = structlog.get_logger(__name__)

MOST_CAMERAS = 5_000
WAKE_EXPIRES_S = 5.0  # as often as the sweep looks: wake-ups do not pile up where no worker is


@transaction.atomic
def job_create(*, user: User, kind: Job.Kind, cameras: Iterable[Camera], order: Mapping[str, Any]) -> Job:
    """Keep an order; the work begins within seconds, camera by camera, in the order of `cameras`.

    cameras: those that `user` administers.    order: see `job_order.py`.    Raises ValidationError, Http404.
    """
    chosen = list({camera.pk: camera for camera in cameras}.values())
    if not 0 < len(chosen) <= MOST_CAMERAS:
        text = _("Choose 1 to %(most)s cameras, not %(count)s.") % {"most": MOST_CAMERAS, "count": len(chosen)}
        raise ValidationError({"cameras": [text]})
    kept, about = order_clean(user=user, kind=kind, order=order)
    job = Job.objects.create(kind=kind, order=kept, about=about, made_by=user)
    JobItem.objects.bulk_create(_item(job, place, camera, user) for place, camera in enumerate(chosen))
    job_wake(job_id=job.pk)
    return job


@transaction.atomic
def job_cancel(*, user: Visitor, job: Job) -> int:
    """Cancel what has not begun on the sites that `user` administers; how many. The camera at work is finished."""
    _lock(job.pk)
    waiting = _items_of(user, job).filter(state=JobItem.State.WAITING)
    cancelled = waiting.update(state=JobItem.State.CANCELLED, ended_at=timezone.now())
    job_end(job_id=job.pk)
    return cancelled


@transaction.atomic
def job_retry(*, user: User, job: Job) -> int:
    """Have what failed on the sites that `user` administers done again, in their name; how many."""
    _lock(job.pk)
    failed = _items_of(user, job).filter(state=JobItem.State.FAILED)
    again = {"state": JobItem.State.WAITING, "reason": "", "attempts": 0, "started_at": None, "ended_at": None}
    retried = failed.update(made_by=user, **again)
    if retried:
        Job.objects.filter(pk=job.pk).update(ended_at=None)
        job_wake(job_id=job.pk)
    return retried


@transaction.atomic
def job_end(*, job_id: UUID) -> bool:
    """Note the end when nothing waits or runs; whether it was noted now."""
    _lock(job_id)
    if JobItem.objects.filter(job=job_id, state__in=JobItem.OPEN).exists():
        return False
    over = Job.objects.filter(pk=job_id, ended_at=None)
    return bool(over.update(ended_at=timezone.now(), owner="", owner_until=None))


def job_wake(*, job_id: UUID) -> None:
    """Have a worker look at it, after the commit. Where none can be told, the sweep of beat finds it."""
    transaction.on_commit(lambda: _tell(job_id), robust=True)


def _lock(job_id: UUID) -> None:
    """Every change of a job's items takes its row first, so that nobody waits for each other, or ends it too early."""
    Job.objects.select_for_update().filter(pk=job_id).first()


def _tell(job_id: UUID) -> None:
    if not settings.REDIS_URL:
        return
    try:
        current_app.send_task("cameras.tasks.job_work", args=[str(job_id)], expires=WAKE_EXPIRES_S, retry=False)
    except OperationalError as error:
        log.warning("job: no worker could be told; the sweep will", job=str(job_id), error=str(error))


def _item(job: Job, place: int, camera: Camera, user: User) -> JobItem:
    names = {"camera_name": camera.name, "site_id": camera.site_id}
    return JobItem(job=job, position=place, camera=camera, made_by=user, **names)


def _items_of(user: Visitor, job: Job) -> Any:
    return JobItem.objects.filter(job=job, site__in=site_list(user=user, least=Role.ADMINISTRATOR))
