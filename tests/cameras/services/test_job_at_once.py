"""Several workers at one job, and somebody who cancels and retries meanwhile (EXT-1; DESIGN 2)."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from cameras.models import Extension, Job, Site
from cameras.services.job import job_cancel, job_create, job_retry
from cameras.services.job_run import job_turn
from portal.accounts.models import User
from tests.factories import CameraFactory

pytestmark = pytest.mark.django_db(transaction=True)  # threads see what the others have committed

CAMERAS = 24


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    """Run all of them in threads of their own; what went wrong in any."""
    failed: list[BaseException] = []
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        gate.wait(30)
        try:
            work()
        except BaseException as error:  # noqa: BLE001  # told by the test, whatever it is
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failed


def test_every_camera_is_done_once_and_nobody_waits_for_another(site: Site, owner: User) -> None:
    """EXT-1: no camera twice, none left behind, no deadlock; what was cancelled is as it was."""
    cameras = [CameraFactory(site=site, occupancy=False) for _ in range(CAMERAS)]
    job = job_create(user=owner, kind=Job.Kind.INSTALL, cameras=cameras, order={})

    def work() -> None:
        for _ in range(3):
            job_turn(job_id=job.pk, stopping=lambda: False)

    def meddle() -> None:
        job_retry(user=owner, job=job)
        job_cancel(user=owner, job=job)
        job_retry(user=owner, job=job)

    failed = at_once(work, work, work, meddle)
    job_turn(job_id=job.pk, stopping=lambda: False)
    job.refresh_from_db()
    states = list(job.items.values_list("state", flat=True))

    assert failed == []
    assert set(states) <= {"done", "cancelled"}
    assert set(job.items.filter(state="done").values_list("attempts", flat=True)) <= {1}
    assert Extension.objects.count() == states.count("done")
    assert (job.ended_at is None, job.owner) == (False, "")
