"""What one worker process does with a camera's task (DESIGN 2), with a real key-value server and database."""

import gc
import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django import Settings

from analytics.engine.alarm.events import EndReason
from analytics.live import camera_states
from analytics.workers import plandesk
from analytics.workers.draining import drain, fill
from analytics.workers.keyvalue import client, key
from analytics.workers.lease import Lease
from analytics.workers.plan import CameraPlan, NotWantedError, plan_load
from analytics.workers.plandesk import PlanDesk
from analytics.workers.runner import MOST_HOPS, CameraRunner, Openers
from cameras.models import Camera, Extension
from cameras.schedules import Range
from portal.celery import app  # noqa: F401 - the current app that tasks are sent with
from tests.analytics.workers.cluster import wait_for
from tests.analytics.workers.fakes import fake_detector, fake_source
from tests.factories import AlarmFactory, CameraFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> Iterator[CameraRunner]:
    monkeypatch.setattr(CameraRunner, "opens", Openers(fake_source, fake_detector))
    runner = CameraRunner(threading.Event())
    yield runner
    runner.close()


def queued() -> list[dict[str, Any]]:
    """Keyword arguments of the camera tasks that wait."""
    messages = [json.loads(one) for one in client().lrange("watch", 0, -1)]
    return [json.loads(b64decode(message["body"]))[1] for message in messages]


def test_a_camera_runs_until_it_is_asked_to_yield_and_is_passed_on(runner: CameraRunner) -> None:
    """DESIGN 2: yield; the next owner is not the one who has just let go."""
    camera = CameraFactory(url="fake:3")
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(runner.run, camera.pk)
        wait_for("frames", lambda: (camera_states([camera.pk]).get(camera.pk) or {}).get("count") == 3)
        assert runner.beat().cameras == (camera.pk,)
        assert client().exists(key("lease", camera.pk))

        client().hset(key("ctl", camera.pk), "yield", runner.worker)
        run.result(20)

    assert queued() == [{"avoid": runner.worker, "hops": 0}]
    assert not client().exists(key("lease", camera.pk))
    assert runner.beat().cameras == ()


def test_a_camera_that_comes_back_is_passed_on_a_few_times_then_taken(
    runner: CameraRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RUN-4: another worker is hoped for, not waited for."""
    owned: list[int] = []
    monkeypatch.setattr(runner, "_own", lambda camera_id, _before: owned.append(camera_id))

    for hops in range(MOST_HOPS):
        runner.run(7, avoid=runner.worker, hops=hops)
    assert [one["hops"] for one in reversed(queued())] == list(range(1, MOST_HOPS + 1))
    assert owned == []

    runner.run(7, avoid=runner.worker, hops=MOST_HOPS)
    runner.run(8, avoid="another")
    assert owned == [7, 8]


def test_a_drained_worker_takes_no_camera_until_it_is_told(
    runner: CameraRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RUN-4: it asks for no tasks, and what was on its way goes on to others, or is left to reconcile in the end."""
    owned, accepts = list[int](), list[bool]()
    monkeypatch.setattr(runner, "_own", lambda camera_id, _before: owned.append(camera_id))
    runner.start(4, accepts.append)
    assert runner.beat().places == 4

    drain(client(), runner.worker)
    wait_for("the word", lambda: accepts == [False])
    runner.run(7)
    runner.run(8, avoid="another", hops=MOST_HOPS)
    assert (owned, queued()) == ([], [{"avoid": runner.worker, "hops": 1}])
    assert (runner.beat().draining, runner.beat().places) == (True, 0)

    fill(client(), runner.worker)
    wait_for("the word", lambda: accepts == [False, True])
    runner.run(7)
    assert (owned, runner.beat().places) == ([7], 4)


def test_what_a_worker_says_that_it_can_do_follows_what_its_looks_cost(
    runner: CameraRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RUN-4, RUN-5: processor time for each look, once there were enough of them."""
    monkeypatch.setattr("analytics.workers.ability.WINDOW_S", 0.0)
    runner._shelf.capacity = 400.0
    assert runner.beat().capacity == 400.0

    sum(range(1_000_000))  # what the looks cost
    runner._shelf.inferences += 100_000
    assert runner.beat().capacity not in (0.0, 400.0)


def test_a_second_task_of_a_running_camera_ends_at_once(runner: CameraRunner) -> None:
    """DESIGN 2: safe to run twice: the lease is taken."""
    camera = CameraFactory(url="fake:3")
    other = Lease(camera.pk)
    assert other.take(client())

    runner.run(camera.pk)

    assert client().get(key("lease", camera.pk)) == other.token.encode()


@pytest.mark.parametrize("why", ["off", "uninstalled", "gone"])
def test_a_camera_that_nobody_wants_is_not_run(runner: CameraRunner, why: str) -> None:
    """EXT-1: no lease, no picture."""
    camera = CameraFactory(url="fake:3", enabled=why != "off", occupancy=why != "uninstalled" and {})
    if why == "gone":
        Camera.objects.all().delete()

    runner.run(camera.pk)

    assert not client().exists(key("lease", camera.pk))


def test_settings_that_no_form_let_in_stop_one_camera_with_a_reason(
    runner: CameraRunner, caplog: pytest.LogCaptureFixture
) -> None:
    """SPEC 15: bad input: a clear error."""
    camera = CameraFactory(url="fake:3")
    Extension.objects.filter(camera=camera).update(settings={"reset_percentage": 55})

    runner.run(camera.pk)

    assert "not valid" in caplog.text
    assert "reset_percentage" in caplog.text


def test_a_worker_that_is_ending_takes_nothing(runner: CameraRunner) -> None:
    """DESIGN 2: every stop is cooperative."""
    camera = CameraFactory(url="fake:3")
    runner._stopping.set()

    runner.run(camera.pk)

    assert not client().exists(key("epoch", camera.pk))


def test_a_plan_has_everything_the_loop_needs(settings: Any) -> None:
    """CAM-1: credentials decrypted, in memory only; the loop never asks the database."""
    camera = CameraFactory(
        url="rtsp://10.0.0.9/s1", username="view", password="pw:/@", transport="udp", fps=4, deactivation_s=30,
        privacy_zones=[[[0, 0], [0.5, 0], [0.5, 0.5]]], version=6, rotation=90,
    )  # fmt: skip
    camera.extensions.update(schedule={"week": {"mon": [["08:00", "18:00"]]}})
    alarm = AlarmFactory(camera=camera, notified_count=2)
    AlarmFactory(camera=camera, ended_at=alarm.started_at)

    plan = plan_load(camera.pk)

    spec, occupancy = plan.spec, plan.occupancy
    assert occupancy is not None
    assert plan.nonmask is None
    assert (spec.url, spec.username, spec.password, spec.transport, spec.fps) == (camera.url, "view", "pw:/@", "udp", 4)
    assert "pw:/@" not in repr(plan)
    assert plan.zones == (((0, 0), (0.5, 0), (0.5, 0.5)),)
    assert (spec.rotation, plan.zone.key, occupancy.schedule.week[0]) == (90, "Europe/Berlin", (Range(480, 1080),))
    assert (plan.deactivation_s, plan.version, occupancy.network, plan.simulated) == (30, 6, None, False)
    assert [(one.alarm_id, one.notified_count) for one in occupancy.open_alarms] == [(str(alarm.pk), 2)]


def test_a_plan_has_each_extension_with_what_is_its_own() -> None:
    """EXT-3, EXT-4: settings, schedule, network and open alarms are never mixed; the policy of the site is there."""
    camera = CameraFactory(nonmask={"vote_frames": 7}, site__blur_faces=True)
    nonmask = camera.extensions.get(kind="nonmask")
    nonmask.schedule, nonmask.network = {"week": {"mon": [["08:00", "18:00"]]}}, "faces"
    nonmask.save()
    area = AlarmFactory(camera=camera)
    face = AlarmFactory(camera=camera, extension="nonmask", cause="no_mask", area_number=0, area_name="", face=4)

    plan = plan_load(camera.pk)

    assert plan.occupancy is not None
    assert plan.nonmask is not None
    assert [one.alarm_id for one in plan.occupancy.open_alarms] == [str(area.pk)]
    assert [(one.alarm_id, one.face) for one in plan.nonmask.open_alarms] == [(str(face.pk), 4)]
    assert (plan.nonmask.settings.vote_frames, plan.nonmask.network, plan.occupancy.network) == (7, "faces", None)
    assert (plan.occupancy.schedule.always, plan.nonmask.schedule.always) == (True, False)
    assert plan.blur_faces


def test_a_plan_that_is_loaded_again_asks_for_the_same_stream() -> None:
    """EXT-7: a new name must not open the camera again; the guard of addresses is made anew with every plan."""
    camera = CameraFactory(url="rtsp://10.0.0.9/s1")
    before = plan_load(camera.pk)
    camera.name = "Hall"
    camera.save()

    assert plan_load(camera.pk).spec == before.spec


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"enabled": False}, EndReason.STATUS_OFF),
        ({"occupancy": False}, EndReason.UNINSTALLED),
        (None, EndReason.CAMERA_REMOVED),
    ],
)
def test_no_plan_has_a_reason(change: dict[str, Any] | None, reason: EndReason) -> None:
    """SPEC 4.11: what open alarms end with."""
    number = CameraFactory(**change).pk if change else 0

    with pytest.raises(NotWantedError) as error:
        plan_load(number)
    assert error.value.reason is reason


def test_a_plan_that_is_asked_for_while_the_database_is_away_comes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 15: the database is away: analysis goes on, settings follow."""
    camera, answers, tries = CameraFactory(), list[Any](), list[int]()

    def away_at_first(camera_id: int) -> CameraPlan:
        tries.append(camera_id)
        if len(tries) < 3:
            raise OperationalError("connection refused")
        return plan_load(camera_id)

    monkeypatch.setattr(plandesk, "plan_load", away_at_first)
    monkeypatch.setattr(plandesk, "RETRY_S", 0.01)
    desk = PlanDesk()
    desk.start()
    desk.ask(camera.pk, answers.append)

    (plan,) = wait_for("the plan", lambda: answers)
    desk.stop()
    desk.join(10)

    assert plan.camera_id == camera.pk
    assert len(tries) == 3


def test_a_worker_has_its_part_of_the_inference_threads_of_its_machine(settings: Settings) -> None:
    """DESIGN 3: K = cores for all workers of a machine together."""
    settings.INFERENCE_THREADS = 3
    before = inference_threads()

    runner = CameraRunner(threading.Event())
    begun = inference_threads() - before
    runner.close()

    assert len(begun) == 3


def test_full_collections_leave_out_what_the_start_has_made(runner: CameraRunner) -> None:
    """RUN-4: they would hold all cameras for a fifth of a second."""
    gc.unfreeze()
    runner.start(1, lambda _: None)
    try:
        wait_for("the end of the start", lambda: gc.get_freeze_count() > 10_000)
    finally:
        gc.unfreeze()


def inference_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "inference"}
