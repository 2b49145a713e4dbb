"""The tasks of jobs, as beat and workers call them (EXT-1)."""

import json
import uuid

import pytest
from celery import current_app
from django.db import Error, transaction

from cameras import tasks
from cameras.models import Job, Site
from cameras.services.job import job_create
from cameras.tasks import job_work, sweep_jobs
from portal.accounts.models import User
from portal.celery import SWEEP_EVERY_S, app
from tests.factories import CameraFactory
from tests.servers.valkey import Valkey

pytestmark = pytest.mark.django_db(transaction=True)  # a task looks after its connection, and would drop the test's


@pytest.fixture
def job(site: Site, owner: User) -> Job:
    camera = CameraFactory(site=site, occupancy=False)
    return job_create(user=owner, kind=Job.Kind.INSTALL, cameras=[camera], order={})


def queued(valkey: Valkey) -> list[tuple[str, list[str]]]:
    """Name and arguments of the tasks that wait for a worker of short tasks."""
    with valkey.client() as client:
        found = [json.loads(one)["headers"] for one in client.lrange("default", 0, -1)]
    return [(one["task"], [uuid.UUID(text) for text in _ids(one["argsrepr"])]) for one in found]


def _ids(text: str) -> list[str]:
    return [part.strip(" '\"") for part in text.strip("[]()").split(",") if part.strip()]


def test_an_order_wakes_a_worker_after_its_commit(site: Site, owner: User, valkey: Valkey) -> None:
    """STYLE 9: the task takes an id; before the commit there is nothing to find."""
    with transaction.atomic():
        made = job_create(user=owner, kind=Job.Kind.UNINSTALL, cameras=[CameraFactory(site=site)], order={})
        early = queued(valkey)

    assert early == []
    assert queued(valkey) == [("cameras.tasks.job_work", [made.pk])]


def test_the_task_works_on_the_job_and_a_second_one_finds_nothing(job: Job) -> None:
    """EXT-1: safe to run twice."""
    job_work(str(job.pk))
    job_work(str(job.pk))
    job.refresh_from_db()

    assert job.ended_at is not None
    assert job.items.get().attempts == 1


def test_the_sweep_wakes_what_nobody_works_on(job: Job, valkey: Valkey) -> None:
    """EXT-1: the first message was lost with its worker."""
    with valkey.client() as client:
        client.delete("default")
    sweep_jobs()

    assert queued(valkey) == [("cameras.tasks.job_work", [job.pk])]


def test_a_key_value_server_that_is_away_loses_no_order(
    site: Site, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 15: the row is the truth; the person who ordered gets no error."""
    nowhere = app.connection_for_write("redis://127.0.0.1:9/0", connect_timeout=1)
    monkeypatch.setattr(current_app, "connection_for_write", lambda *_a, **_k: nowhere)
    made = job_create(user=owner, kind=Job.Kind.UNINSTALL, cameras=[CameraFactory(site=site)], order={})

    assert Job.objects.filter(pk=made.pk, ended_at=None).exists()


def test_a_database_that_is_away_is_for_the_next_round(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 15: logged, not raised: the sweep comes again in five seconds."""

    def away(**_facts: object) -> None:
        raise Error("away")

    monkeypatch.setattr(tasks, "job_turn", away)
    monkeypatch.setattr(tasks, "jobs_resume", away)
    job_work(str(job.pk))
    sweep_jobs()

    assert job.items.get().state == "waiting"


def test_beat_sweeps_and_rounds_that_could_not_run_do_not_pile_up() -> None:
    """EXT-1."""
    entry = app.conf.beat_schedule["sweep-jobs"]

    assert entry["task"] == sweep_jobs.name
    assert entry["schedule"] == entry["options"]["expires"] == SWEEP_EVERY_S


def test_a_worker_that_is_asked_to_stop_ends_its_turn(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN 1: SIGTERM does not wait for two hundred cameras."""
    tasks.stop()
    job_work(str(job.pk))
    tasks._stopping.clear()
    job.refresh_from_db()

    assert job.items.get().state == "waiting"
    assert (job.owner, job.ended_at) == ("", None)
