"""The Celery app: queues, beat, and how a worker begins (DESIGN 2)."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.urls import clear_url_caches, get_resolver

from analytics import tasks
from analytics.workers.heartbeat import beats
from analytics.workers.keyvalue import client
from analytics.workers.reconcile import Round
from analytics.workers.runtime import Runtime
from notifications.workers.runtime import OutputsRuntime
from portal import celery
from tests.analytics.workers.cluster import wait_for
from tests.servers.valkey import Valkey


def test_reconcile_comes_every_two_seconds_and_its_rounds_do_not_pile_up() -> None:
    """DESIGN 2: beat asks; a round that could not run expires."""
    rounds = celery.app.conf.beat_schedule["ensure-cameras-running"]

    assert rounds["schedule"] == 2.0
    assert rounds["options"]["expires"] == 2.0
    assert celery.app.conf.beat_schedule["prune"]["task"] == tasks.prune.name
    assert celery.app.conf.beat_schedule["prune-media"]["task"] == tasks.prune_media.name
    assert celery.app.conf.beat_schedule["roll-up-counts"]["task"] == tasks.roll_up_counts.name


def test_a_worker_of_short_tasks_loads_neither_networks_nor_pages() -> None:
    """RUN-1: several processes start at once; what one loads for nothing, all wait for."""
    heavy = ["scipy", "cv2", "onnxruntime", "av", "portal.urls"]
    script = (
        "import sys; from portal.celery import app; app.loader.import_default_modules(); "
        f"print(*(name for name in {heavy} if name in sys.modules))"
    )
    worker = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)

    assert worker.stdout.split() == []


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        (tasks.run_camera, "watch"),
        (tasks.write_stream, "writer"),
        (tasks.ensure_cameras_running, "reconcile"),
        (tasks.prune, "default"),
        (tasks.prune_media, "default"),
        (tasks.end_silent_alarms, "default"),
    ],
)
def test_a_full_camera_worker_starves_nothing_else(task: object, queue: str) -> None:
    """DESIGN 1: queues apart."""
    routed = celery.app.amqp.router.route({}, task.name)["queue"]  # type: ignore[attr-defined]

    assert routed.name == queue


def test_a_camera_waits_where_those_look_who_are_meant_to_take_it() -> None:
    """DESIGN 1, 3: workers with a GPU take from a queue of their own, simulators from another."""
    found = Round(queue=[1, 2, 3], on_device=frozenset({1}), sketched=frozenset({2}))

    assert [tasks._queue_of(camera, found) for camera in found.queue] == ["watch.gpu", "watch.sketch", "watch"]


def test_an_unconfirmed_task_is_never_handed_out_twice() -> None:
    """DESIGN 2: early ack; the lease is the only recovery; no worker hoards what another could run."""
    assert celery.app.conf.task_acks_late is False
    assert celery.app.conf.worker_disable_prefetch is True


@pytest.mark.parametrize(
    ("queues", "known"),
    [(["watch"], [(7, False)]), (["watch", "watch.gpu"], [(7, True)]), (["default", "writer"], [])],
)
def test_a_worker_that_takes_cameras_says_so_at_once(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch, queues: list[str], known: list[tuple[int, bool]]
) -> None:
    """RUN-4: its first heartbeat comes before the first camera, and tells whether it has a GPU."""
    fresh = Runtime()
    monkeypatch.setattr("analytics.workers.runtime.runtime", lambda: fresh)
    monkeypatch.setattr("analytics.workers.runner.CameraRunner._warm_up", lambda _self: None)
    amqp = SimpleNamespace(queues=SimpleNamespace(consume_from=dict.fromkeys(queues)))
    consumer = SimpleNamespace(app=SimpleNamespace(amqp=amqp), controller=SimpleNamespace(concurrency=7))

    celery.begin(sender=consumer)

    assert [(beat.slots, beat.device) for beat in beats(client(valkey.url))] == known
    wait_for("a round of reconcile in its queue", lambda: client(valkey.url).llen("reconcile"))
    fresh.stop()
    if fresh._cameras:
        fresh._cameras.close()


@pytest.mark.usefixtures("valkey")
def test_a_worker_that_writes_alarms_knows_addresses_before_the_first() -> None:
    """DESIGN 2: its row names pictures; loading all pages for that would hold the database for a second."""
    clear_url_caches()
    amqp = SimpleNamespace(queues=SimpleNamespace(consume_from=dict.fromkeys(["default", "writer"])))

    celery.begin(sender=SimpleNamespace(app=SimpleNamespace(amqp=amqp)))

    wait_for("all addresses", lambda: get_resolver()._populated)


def test_every_process_orders_work_with_this_application() -> None:
    """EXT-1, CAM-3: the web server, too; Celery's own default would look for another broker."""
    code = "import django; django.setup(); from celery import current_app; print(current_app.main)"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "lookout"


@pytest.mark.parametrize(("queues", "alive"), [(["notify"], True), (["default", "writer"], False)])
def test_a_worker_that_sends_holds_connections_until_it_ends(
    valkey: Valkey, transactional_db: None, monkeypatch: pytest.MonkeyPatch, queues: list[str], alive: bool
) -> None:
    """OUT-3, DESIGN 7: and no other worker does."""
    fresh = OutputsRuntime()
    monkeypatch.setattr("notifications.workers.runtime.runtime", lambda: fresh)
    amqp = SimpleNamespace(queues=SimpleNamespace(consume_from=dict.fromkeys(queues)))
    celery.begin(sender=SimpleNamespace(app=SimpleNamespace(amqp=amqp)))
    held = fresh.is_alive()
    celery.close()

    assert held is alive
    assert not fresh.is_alive()
