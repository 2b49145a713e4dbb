"""Two real camera workers, a real writer, one kill -9 (RUN-4; SPEC 15)."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.live import CameraState, camera_states
from analytics.models import Alarm, CameraLease, CountMinute
from analytics.workers.heartbeat import beats
from analytics.workers.keyvalue import client
from cameras.models import Camera
from tests.analytics.workers.cluster import Cluster, environment, wait_for, watched_since
from tests.factories import CameraFactory
from tests.servers.valkey import Valkey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(600)]
AREA = {"number": 1, "name": "Lobby", "status": True, "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]]}


@pytest.fixture
def cluster(valkey: Valkey, tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path, environment(valkey))
    yield cluster
    cluster.stop()


def camera(script: str = "3?fps=5", threshold: int = 3, time_s: float = 1.0, **more: object) -> Camera:
    area = {**AREA, "count_threshold": threshold, "time_s": time_s}
    occupancy = {"areas": [area], "notification_operation": "one_time"}
    return CameraFactory(url=f"fake:{script}", occupancy=occupancy, **more)


def owners(cameras: list[Camera]) -> dict[int, str]:
    return {number: state["worker"] for number, state in states(cameras).items()}


def states(cameras: list[Camera]) -> dict[int, CameraState]:
    return camera_states([one.pk for one in cameras])


def test_the_cameras_of_a_killed_worker_are_taken_over_with_their_alarms(cluster: Cluster) -> None:
    """RUN-4, SPEC 15: they run elsewhere; timers and alarms go on; no alarm lost or doubled."""
    cameras = [camera() for _ in range(4)]
    waiting = camera(time_s=3600)  # its timer must not begin again
    everything = [*cameras, waiting]
    ids = [one.pk for one in everything]
    workers = {name: cluster.camera_worker(name) for name in ("left", "right")}
    cluster.short_tasks()
    cluster.beat()
    wait_for("two workers", lambda: len(beats(client())) == 2)
    wait_for("all cameras", lambda: watched_since(ids, 0))
    wait_for("both workers have some", lambda: len(set(owners(everything).values())) == 2)
    wait_for("an alarm of each", lambda: Alarm.objects.count() == 4)

    by_pid = {beat.pid: beat.worker for beat in beats(client())}
    victim, name = workers["left"], by_pid[workers["left"].pid]
    run_ms = {number: state["areas"][0]["timer_ms"] for number, state in states(everything).items()}
    victim.kill()
    killed_at = time.time()
    found = wait_for("all cameras again", lambda: watched_since(ids, killed_at + 0.5, but=name))

    print(f"taken over in {max(one['last_frame_at'] or 0 for one in found.values()) - killed_at:.1f} s")
    assert all(state["areas"][0]["timer_ms"] >= run_ms[number] for number, state in found.items())
    assert Alarm.objects.filter(ended_at=None).count() == Alarm.objects.count() == 4
    for one in cameras:
        assert found[one.pk]["areas"][0]["alarm_id"] == str(Alarm.objects.get(camera=one).pk)
    wait_for("the new epochs", lambda: CameraLease.objects.filter(owner=name).count() == 0)


def test_non_wearers_of_a_killed_worker_go_on_and_are_told_once(cluster: Cluster) -> None:
    """SPEC 4.10, MASK-7: their alarms stay open under their ids, and nobody gets another one; areas go on beside."""
    one = camera("2?fps=5&worn=0", nonmask={})
    workers = {name: cluster.camera_worker(name) for name in ("left", "right")}
    cluster.short_tasks()
    cluster.beat()
    wait_for("two workers", lambda: len(beats(client())) == 2)
    wait_for("an alarm of each face", lambda: Alarm.objects.filter(extension="nonmask", notified_count=1).count() == 2)

    by_pid = {beat.pid: beat.worker for beat in beats(client())}
    (owner,) = owners([one]).values()
    victim = next(worker for worker in workers.values() if by_pid[worker.pid] == owner)
    victim.kill()
    killed_at = time.time()

    def without() -> CameraState | None:
        """The faces as the other worker sees them."""
        found = watched_since([one.pk], killed_at + 0.5, but=owner)
        return found[one.pk] if found and (found[one.pk]["mask"] or {}).get("no_mask") == 2 else None

    told = wait_for("the faces again", without)
    wait_for("the new epoch", lambda: CameraLease.objects.exclude(owner=owner).exists())
    rows = Alarm.objects.filter(extension="nonmask").order_by("face")
    assert told["mask"]["alarms"] == [str(alarm.pk) for alarm in rows]
    assert [(alarm.ended_at, alarm.notified_count) for alarm in rows] == [(None, 1), (None, 1)]


def test_a_worker_that_is_asked_to_end_leaves_quickly_and_loses_nothing(cluster: Cluster) -> None:
    """DESIGN 2: SIGTERM: states saved, leases given back; counts of the minute are sent by then."""
    one = camera()
    worker = cluster.camera_worker("left")
    cluster.short_tasks()
    cluster.beat()
    wait_for("the alarm", lambda: Alarm.objects.count() == 1)

    seconds = worker.stop()

    print(f"ended in {seconds:.1f} s")
    assert seconds < 10
    assert not client().exists(f"lease:{one.pk}")
    wait_for("the counts", lambda: CountMinute.objects.filter(camera=one, area_number=1).exists())
    assert Alarm.objects.get().ended_at is None
