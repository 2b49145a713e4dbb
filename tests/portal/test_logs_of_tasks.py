"""RUN-5: the ids of a request and of a camera are in every line that is logged for them, in whatever process."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.conf import settings

from analytics import tasks
from analytics.workers.runtime import Runtime
from cameras.capture.reader import CameraReader
from cameras.capture.source import SourceSpec, SourceUnreachableError
from cameras.models import Site
from portal import logs
from portal.accounts.models import User
from tests.analytics.workers.cluster import Cluster, environment, wait_for
from tests.cameras.capture.fakes import Studio, failing
from tests.factories import CameraFactory
from tests.servers.valkey import Valkey

Lines = list[dict[str, Any]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], Lines]]:
    """What was logged since the last look, as this process's real set-up writes it."""
    logs.configure("INFO", "json")
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    logs.configure(settings.LOG_LEVEL, settings.LOG_FORMAT)


def read(log: Path) -> Lines:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


@pytest.mark.slow
def test_the_id_of_a_request_reaches_the_task_that_it_orders(
    transactional_db: None, valkey: Valkey, api, owner: User, tmp_path: Path
) -> None:
    """RUN-5, EXT-1: a real worker; each of its lines for the job has the id that the caller was told."""
    cluster = Cluster(tmp_path, environment(valkey) | {"LOOKOUT_LOG_LEVEL": "DEBUG"}, app="portal.celery")
    try:
        worker = cluster.short_tasks()
        order = {
            "kind": "install",
            "cameras": [CameraFactory(site=Site.objects.get(), occupancy=False).pk],
            "order": {},
        }
        wait_for("the worker is ready", lambda: "ready." in worker.log.read_text())
        answer = api(owner, "configure").post("/api/v1/jobs/", order, format="json")
        told = wait_for(
            "the job is worked on",
            lambda: [one for one in read(worker.log) if one.get("task") == "cameras.tasks.job_work"],
        )
    finally:
        cluster.stop()

    assert answer.status_code == 201
    assert told[0]["request_id"] == answer.headers["X-Request-ID"]
    assert told[0]["task_id"]


def test_every_line_of_a_camera_has_its_id(monkeypatch: pytest.MonkeyPatch, lines: Callable[[], Lines]) -> None:
    """RUN-5: also where the code that logs knows no camera, and on the thread that reads its stream."""
    spoke = threading.Event()
    broken = Studio(failing(SourceUnreachableError("no answer")))

    def run(_runtime: Runtime, _camera_id: int, **_facts: object) -> None:
        structlog.get_logger("anything").info("told")
        reader = CameraReader(SourceSpec("scene:"), opener=broken, name="Hall")
        reader.start()
        wait_for("the first attempt failed", lambda: reader.status().last_error)
        reader.stop()
        spoke.set()

    monkeypatch.setattr(Runtime, "run_camera", run)
    tasks.run_camera(12)
    structlog.get_logger("anything").info("afterwards")
    told, failed, afterwards = lines()

    assert spoke.is_set()
    assert (told["camera"], failed["camera"]) == (12, 12)
    assert failed["event"] == "Hall: no answer"
    assert "camera" not in afterwards
