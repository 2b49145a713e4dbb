"""A drained worker: two real processes, real leases, cameras that take a second and a half to open (RUN-4)."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from analytics.models import Alarm
from analytics.workers.heartbeat import Beat, beats
from analytics.workers.keyvalue import client
from cameras.models import Camera
from tests.analytics.workers.cluster import Cluster, Process, environment, wait_for, watched_since
from tests.factories import CameraFactory
from tests.servers.valkey import Valkey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(600)]
OPEN_S = 1.5
AREA = {"number": 1, "name": "Lobby", "status": True, "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]]}


@pytest.fixture
def cluster(valkey: Valkey, tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path, environment(valkey))
    yield cluster
    cluster.stop()


def camera(time_s: float) -> Camera:
    area = {**AREA, "count_threshold": 3, "time_s": time_s}
    return CameraFactory(url=f"fake:3?fps=5&open={OPEN_S}", occupancy={"areas": [area]})


def beat_of(process: Process) -> Beat:
    return next(beat for beat in beats(client()) if beat.pid == process.pid)


def gaps_ms(process: Process) -> list[int]:
    """How long each camera that it took over was not looked at, as it says."""
    lines = [json.loads(line) for line in process.log.read_text().splitlines() if line.startswith("{")]
    return [line["gap_ms"] for line in lines if line.get("event") == "camera: goes on"]


def drained(name: str, **options: object) -> str:
    out = io.StringIO()
    call_command("worker_drain", name, stdout=out, **options)
    return out.getvalue()


def test_a_drained_worker_leaves_no_camera_blind_while_streams_open(cluster: Cluster) -> None:
    """RUN-4: the new owner opens the stream before the old one lets go; no timer loses a second, no alarm is lost."""
    cameras = [camera(time_s) for time_s in (1, 1, 3600, 3600)]
    ids = [one.pk for one in cameras]
    left = cluster.camera_worker("left")
    cluster.short_tasks()
    cluster.beat()
    found = wait_for("all cameras", lambda: watched_since(ids, 0))
    wait_for("the alarms", lambda: Alarm.objects.count() == 2)
    right = cluster.camera_worker("right")
    wait_for("two workers", lambda: len(beats(client())) == 2)
    going, before = beat_of(left), found

    told = drained(going.worker)

    assert told.endswith(f"{going.worker} has no camera any more: it can be stopped.\n")
    assert beat_of(left).cameras == ()
    found = wait_for("all cameras", lambda: watched_since(ids, 0, but=going.worker))
    print(f"blind for {gaps_ms(right)} ms; {OPEN_S} s is what a stream takes to open")
    assert len(gaps_ms(right)) >= len(cameras)
    assert max(gaps_ms(right)) < OPEN_S * 1000
    assert all(found[pk]["areas"][0]["timer_ms"] > before[pk]["areas"][0]["timer_ms"] for pk in ids)
    assert Alarm.objects.filter(ended_at=None).count() == Alarm.objects.count() == 2
    assert beat_of(left).draining
    assert left.alive


def test_a_drained_worker_takes_cameras_again_when_it_is_told(cluster: Cluster) -> None:
    """RUN-4: `--undo`; until then it takes none, whatever waits. A name that nobody has is answered with the others."""
    worker = cluster.camera_worker("left")
    wait_for("the worker", lambda: beats(client()))
    name = beat_of(worker).worker
    assert "it can be stopped" in drained(name)
    one = camera(1)
    cluster.short_tasks()
    cluster.beat()
    assert beat_of(worker).draining
    assert watched_since([one.pk], 0) is None

    assert "takes cameras again" in drained(name, undo=True)

    wait_for("the camera", lambda: watched_since([one.pk], 0))
    with pytest.raises(CommandError, match=rf"no worker and no host “nobody”.*{name}"):
        drained("nobody")
    with pytest.raises(CommandError, match=r"1 cameras are still with .*: there is no other worker"):
        drained(name, limit=3)
