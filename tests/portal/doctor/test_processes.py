"""RUN-3, RUN-4: the doctor on the processes of all hosts, as they tell of themselves."""

import json
import time
from dataclasses import asdict, replace

import pytest
from django.db import connection

from analytics.workers import queueing
from analytics.workers.heartbeat import SKETCHED, Beat
from analytics.workers.keyvalue import client, key
from portal.celery import app
from portal.doctor import processes
from portal.doctor.finding import Finding, Level
from portal.presence import Presence
from tests.factories import CameraFactory
from tests.servers.valkey import Valkey

TASKS = "default,reconcile,writer"


def alive(name: str, role: str, **facts: object) -> None:
    told = Presence(name, role, "north", 1, "", time.time(), time.time(), 0.0, 10**8, {})
    client().set(key("process", name), json.dumps(asdict(replace(told, **facts))))  # type: ignore[arg-type]


def worker(*, cameras: tuple[int, ...], slots: int = 64, short: tuple[int, ...] = ()) -> None:
    fixed = {"worker": "c", "host": "north", "pid": 1, "started_at": 0.0, "at": 0.0, "networks": (), "missing": ()}
    figures = {"capacity": 100.0, "load": 5.0, "fps": 5.0, "ms": 9.0, "jpegs": 0, "inferences": 0}
    beat = Beat(**fixed, **figures, slots=slots, cameras=cameras, short=short)  # type: ignore[arg-type]
    client().hset(key("worker", "c"), mapping=beat.to_hash())


def told(valkey: Valkey) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for one in [*processes.processes(valkey.url), *processes.skew(valkey.url)]:
        found.setdefault(one.check, []).append(one)
    return found


def level(found: dict[str, list[Finding]], check: str) -> Level:
    (one,) = found[check]
    return one.level


@pytest.fixture
def whole(db: None, valkey: Valkey) -> Valkey:
    """One of each, all well."""
    for name, role in {"w": "web", "t": TASKS, "d": "notify", "b": "beat"}.items():
        alive(name, role)
    client().set(key("lease", "writer"), "token")
    worker(cameras=(CameraFactory().pk,))
    return valkey


def test_a_whole_portal_is_well(whole: Valkey) -> None:
    """RUN-4: every line."""
    assert {one.level for lines in told(whole).values() for one in lines} == {Level.OK}


@pytest.mark.parametrize(
    ("gone", "check"),
    [
        pytest.param(key("process", "w"), "web", id="nobody serves the pages"),
        pytest.param(key("process", "b"), "beat", id="nothing repeats"),
        pytest.param(key("process", "d"), "deliveries", id="nobody is told"),
        pytest.param(key("lease", "writer"), "writer", id="nobody writes"),
        pytest.param(key("worker", "c"), "camera workers", id="nothing is analysed"),
    ],
)
def test_whoever_is_missing_is_named(whole: Valkey, gone: str, check: str) -> None:
    """RUN-3: that one alone."""
    client().delete(gone)
    found = told(whole)

    assert level(found, check) is Level.ERROR
    assert [one.check for lines in found.values() for one in lines if one.level is not Level.OK] == [check]


def test_each_queue_without_a_taker_is_named(whole: Valkey) -> None:
    """DESIGN 1: the writer's, the jobs', the reconcile's."""
    alive("t", "default")
    found = told(whole)["short tasks"]

    assert {one.level for one in found} == {Level.ERROR}
    assert [("writer" in one.found, "reconcile" in one.found) for one in found] == [(True, False), (False, True)]


def test_two_beats_are_one_too_many(whole: Valkey) -> None:
    """DESIGN 1: exactly one."""
    alive("b2", "beat", host="south")
    found = told(whole)

    assert level(found, "beat") is Level.ERROR
    assert "south" in found["beat"][0].found


def test_cameras_that_come_short_are_told(whole: Valkey) -> None:
    """EXT-2: also more cameras than there are places."""
    worker(cameras=(1,), short=(1,))
    short = level(told(whole), "camera workers")
    CameraFactory()
    worker(cameras=(1,), slots=1)

    assert (short, level(told(whole), "camera workers")) == (Level.WARNING, Level.WARNING)


def test_a_clock_that_runs_apart_is_named_with_its_host_and_what_stops(whole: Valkey) -> None:
    """SPEC 15: schedules, certificates and lists go by it, and tasks that repeat expire by it."""
    alive("x", "web", host="south", clock_off_s=-0.6)
    alive("y", "web", host="east", clock_off_s=40.0)
    alive("z", "web", host="west", clock_off_s=0.4)
    clocks = told(whole)["clocks"]

    assert [(one.level, one.found) for one in clocks] == [
        (Level.ERROR, "east is 40.0 s ahead"),
        (Level.WARNING, "south is 0.6 s behind"),
    ]
    assert all("cameras are not given out, and sweeps do not run" in one.advice for one in clocks)


def test_clocks_are_told_before_a_task_expires_between_two_hosts() -> None:
    """RUN-4, SPEC 15: one host may be ahead and the other behind, and a task waits a moment; what beat asks for, and
    what workers ask each other for, is good for so long by both their clocks."""
    lives = [entry["options"]["expires"] for entry in app.conf.beat_schedule.values() if "options" in entry]
    shortest_s = min(*lives, queueing.EXPIRES_S)

    assert shortest_s == processes.TASK_S
    assert shortest_s / 2 >= 2 * processes.SKEW_S
    assert shortest_s > 2 * processes.MUCH_SKEW_S
    assert f"{shortest_s:g} s" in processes.CLOCK_ADVICE


def test_a_file_as_database_belongs_to_one_host(whole: Valkey) -> None:
    """RUN-3: several hosts need PostgreSQL."""
    alive("x", "web", host="south")
    found = told(whole)

    assert ("hosts" in found) is (connection.vendor == "sqlite")


@pytest.mark.parametrize("queue", ["watch", SKETCHED, "default", "writer", "reconcile", "notify"])
def test_tasks_that_pile_up_are_told(whole: Valkey, queue: str) -> None:
    """RUN-4: in which queue."""
    client().rpush(queue, *["x"] * (processes.BACKLOG + 1))
    found = told(whole)

    assert level(found, "queues") is Level.WARNING
    assert found["queues"][0].found.endswith(f"tasks wait in {queue}")
