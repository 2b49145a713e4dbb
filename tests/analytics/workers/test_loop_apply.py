"""Saved settings on a running camera: only what changed is disturbed, and the worker answers (EXT-7, SPEC 4.11)."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgpack
import pytest

from analytics.live import CameraState, camera_message, camera_states
from analytics.news import END, START
from analytics.workers.keyvalue import key
from analytics.workers.plan import CameraPlan
from cameras.capture.source import FrameSource, SourceSpec
from cameras.extensions.occupancy import OccupancySettings
from tests.analytics.workers.cluster import wait_for
from tests.analytics.workers.fakes import fake_source
from tests.analytics.workers.loopbench import Bench, live, plan, sent
from tests.analytics.workers.owner import installed
from tests.servers.valkey import Valkey

WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]
UPPER = [[0, 0], [1, 0], [1, 0.6], [0, 0.6]]
LIMIT_S = 2.0


@pytest.fixture
def bench(valkey: Valkey) -> Iterator[Bench]:
    bench = Bench(valkey)
    yield bench
    bench.close()


def two_areas(*changes: dict[str, Any], version: int = 1, **settings: Any) -> CameraPlan:
    """Two areas of the whole picture whose timers run for ten minutes; `changes` of each."""
    areas = [{"number": number, "polygon": WHOLE, "status": True, "count_threshold": 3} for number in (1, 2)]
    areas = [{**area, "time_s": 600, **change} for area, change in zip(areas, changes or ({}, {}), strict=True)]
    given = OccupancySettings.from_json({"areas": areas, **settings})
    return replace(installed(plan(), settings=given), version=version)


def save(bench: Bench, saved: CameraPlan) -> float:
    """What the web side does when somebody saves; returns when, POSIX seconds."""
    bench.desk.answer = saved
    bench.server.hset(key("ctl", 7), "version", saved.version)
    return time.time()


def applied(bench: Bench, version: int) -> CameraState:
    """The first state that says so."""
    return wait_for("the answer", lambda: (one := live(bench.server)) and one["applied"]["version"] == version and one)


def running(bench: Bench, least_ms: int = 1_000) -> list[int]:
    """The timers of the areas, when all of them have run for a while."""

    def look() -> list[int] | None:
        state = live(bench.server)
        timers = [area["timer_ms"] for area in state["areas"]] if state else []
        return timers if timers and min(timers) >= least_ms else None

    return wait_for("running timers", look)


def test_the_worker_answers_within_two_seconds(bench: Bench) -> None:
    """EXT-7: version and moment, in `live:<cam>` and to open browsers, at once."""
    bench.run(two_areas())
    state = wait_for("frames", lambda: (one := live(bench.server)) and one["count"] == 3 and one)
    browser = bench.server.pubsub(ignore_subscribe_messages=True)
    browser.subscribe(camera_message(state)[0])
    saved_at = save(bench, two_areas(version=2, reset_percentage=50))

    answer = applied(bench, 2)["applied"]
    assert 0 <= answer["at_ms"] / 1000 - saved_at < LIMIT_S

    def told() -> bool:
        message = browser.get_message(timeout=0.2)
        return bool(message) and b"applied" in message["data"] and json.dumps(answer).encode() in _plain(message)

    assert wait_for("the news", told)
    browser.close()


def _plain(message: dict[str, Any]) -> bytes:
    """The layer's bytes with the JSON of the news as `json.dumps` writes it."""
    return json.dumps(msgpack.unpackb(message["data"])).encode()


def test_a_new_name_moves_no_timer(bench: Bench) -> None:
    """EXT-7, SPEC 4.11: nor do percentage, pause, outputs and another area's name."""
    bench.run(two_areas())
    before = running(bench)
    save(bench, two_areas({"name": "Hall"}, {"name": "Yard"}, version=2, reset_percentage=50, pause_reset_s=9))

    state = applied(bench, 2)
    assert [area["name"] for area in state["areas"]] == ["Hall", "Yard"]
    assert all(area["timer_ms"] >= timer for area, timer in zip(state["areas"], before, strict=True))


def test_a_new_polygon_restarts_only_its_own_timer(bench: Bench) -> None:
    """EXT-7, SPEC 4.11: area 2 begins anew, area 1 has not noticed."""
    bench.run(two_areas())
    before = running(bench)
    save(bench, two_areas({}, {"polygon": UPPER}, version=2))

    first, second = applied(bench, 2)["areas"]
    assert first["timer_ms"] >= before[0]
    assert second["timer_ms"] < before[1]
    later = running(bench, second["timer_ms"] + 500)
    assert later[0] - later[1] >= before[0] - 500


def test_a_new_polygon_ends_only_its_own_alarm(bench: Bench) -> None:
    """EXT-7, SPEC 4.11: with reason settings; the other goes on under its id."""
    bench.run(two_areas({"time_s": 0.5}, {"time_s": 0.5}))
    wait_for("both alarms", lambda: len(sent(bench.server, START)) == 2)
    save(bench, two_areas({"time_s": 0.5}, {"time_s": 0.5, "polygon": UPPER}, version=2))

    (end,) = wait_for("an end", lambda: sent(bench.server, END))
    assert (end["area_number"], end["reason"]) == (2, "settings")
    assert applied(bench, 2)["areas"][0]["alarm"]


def test_other_cameras_skip_no_frame(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """EXT-7: while one camera takes new areas, and even another address, its neighbour analyses every picture."""
    opened: list[str] = []

    def opens(spec: SourceSpec) -> FrameSource:
        opened.append(spec.url)
        return fake_source(spec)

    bench.tools = replace(bench.tools, open_source=opens)
    neighbour = replace(two_areas(), camera_id=8, spec=SourceSpec("fake:5?fps=4", fps=4))
    bench.run(neighbour)
    other = bench.loop
    numbers: list[int] = []
    duties = other._duties
    look = duties.look
    monkeypatch.setattr(duties, "look", lambda frame, **how: (numbers.append(frame.number), look(frame, **how))[1])
    bench.run(two_areas())
    running(bench)
    begin = len(numbers)
    save(bench, two_areas({}, {"polygon": UPPER}, version=2))
    applied(bench, 2)
    save(bench, replace(two_areas(version=3), spec=SourceSpec("fake:4?fps=10", fps=10)))
    applied(bench, 3)
    wait_for("more of the neighbour's frames", lambda: len(numbers) > begin + 8)

    assert numbers[begin:] == list(range(numbers[begin], numbers[-1] + 1))
    assert opened.count("fake:5?fps=4") == 1
    assert camera_states([8], bench.server)[8]["version"] == 1


def test_a_new_setting_opens_no_stream_again(bench: Bench) -> None:
    """EXT-7: only another address, rate or rotation does."""
    bench.run(two_areas())
    running(bench)
    reader = bench.loop._reader
    save(bench, two_areas({}, {"polygon": UPPER}, version=2))
    applied(bench, 2)

    assert bench.loop._reader is reader


def test_another_rotation_opens_the_stream_again_and_keeps_the_alarm(bench: Bench) -> None:
    """CAM-7, CAM-4, SPEC 4.10: the areas turn with the picture; the gap is the portal's own."""
    bench.run(plan(polygon=UPPER))
    (start,) = wait_for("the alarm", lambda: sent(bench.server, START))
    turned = plan(polygon=[[1, 0], [1, 1], [0.4, 1], [0.4, 0]])
    save(bench, replace(turned, spec=replace(turned.spec, rotation=90), version=2))
    answered = applied(bench, 2)

    state = wait_for("a turned frame", lambda: (one := live(bench.server)) and one["at"] > answered["at"] + 1 and one)
    assert (state["count"], state["areas"][0]["alarm_id"]) == (3, start["alarm_id"])
    assert not sent(bench.server, END)
