"""What is on the frames of a camera, for who publishes it (OUT-4; DESIGN 7)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from redis.client import PubSub

from analytics.engine.inference.detections import Kind
from analytics.engine.inference.task import Task
from analytics.engine.tracking.tracks import Tracks
from analytics.workers.keyvalue import key
from analytics.workers.plan import ExtensionPlan
from analytics.workers.scenes import ScenePace
from cameras.extensions.nonmask import NonmaskSettings
from notifications.scene_frame import scene_frames
from tests.analytics.workers.cluster import wait_for
from tests.analytics.workers.loopbench import Bench, live, plan
from tests.analytics.workers.owner import Owner
from tests.analytics.workers.owner import plan as owner_plan
from tests.servers.valkey import Valkey


@pytest.fixture
def bench(valkey: Valkey) -> Iterator[Bench]:
    bench = Bench(valkey)
    yield bench
    bench.close()


@pytest.fixture
def ear(bench: Bench) -> Iterator[PubSub]:
    """Hears the camera's frames and its pictures."""
    with bench.server.pubsub(ignore_subscribe_messages=True) as channels:
        channels.subscribe(key("scene", 7), key("n", 7))
        yield channels


def heard(ear: PubSub) -> tuple[str, bytes] | None:
    """Kind of its channel and message, if one came within a second."""
    message = ear.get_message(timeout=1)
    return (message["channel"].partition(b":")[0].decode(), message["data"]) if message else None


def asked(bench: Bench, per_s: int) -> None:
    bench.server.set(key("scenedemand", 7), per_s, ex=60)


def test_a_frame_is_described_without_a_picture(bench: Bench, ear: PubSub) -> None:
    """DEMO-6: nobody looks, so nothing is encoded; the boxes are those that a viewer would be shown."""
    asked(bench, 10)
    bench.run(plan(count_threshold=9))
    kind, message = wait_for("a frame", lambda: heard(ear))

    length = int.from_bytes(message[:4], "big")
    assert (kind, len(message)) == ("scene", 4 + length)
    (frame,) = scene_frames(message)
    assert [one.class_name for one in frame.objects] == ["Human"] * 3
    assert bench.jpegs.count == 0


def test_faces_come_with_the_same_frame(bench: Bench, ear: PubSub) -> None:
    """WIRE 3: each module describes what it found."""
    asked(bench, 10)
    masks = ExtensionPlan(NonmaskSettings.from_json({}))
    bench.run(replace(plan("fake:3?fps=10&worn=1", count_threshold=9), nonmask=masks))

    def both() -> list[Any] | None:
        message = heard(ear)
        found = scene_frames(message[1]) if message else []
        return found if len(found) == 2 and all(one.objects for one in found) else None

    people, faces = wait_for("faces", both)
    assert [str(one.source) for one in (people, faces)] == ["OccupancyDetection", "NonMaskDetection"]
    assert [one.mask for one in faces.objects] == [False, False, True]
    assert people.at == faces.at


def test_nobody_asks_and_nothing_is_described(bench: Bench, ear: PubSub) -> None:
    """DEMO-6: the demand lapses; analysis goes on without a word."""
    asked(bench, 10)
    link, _ = bench.run(plan(count_threshold=9))
    wait_for("a frame", lambda: heard(ear))
    bench.server.delete(key("scenedemand", 7))
    wait_for("the end of the demand", lambda: not link.scenes_per_s)
    wait_for("silence", lambda: heard(ear) is None)
    before = (live(bench.server) or {})["last_frame_at"]
    wait_for("more frames", lambda: (live(bench.server) or {})["last_frame_at"] > before)

    assert heard(ear) is None
    assert bench.jpegs.count == 0


def test_who_looks_gets_pictures_beside(bench: Bench, ear: PubSub) -> None:
    """DESIGN 4: each its own channel, from one description of the frame."""
    asked(bench, 10)
    bench.server.set(key("demand", 7), 1, ex=60)
    bench.run(plan(count_threshold=9))
    found: dict[str, dict[int, dict[str, Any]]] = {"n": {}, "scene": {}}

    def same() -> bool:
        if message := heard(ear):
            kind, data = message
            told = json.loads(data[4 : 4 + int.from_bytes(data[:4], "big")])
            found[kind][told["frame"]] = told
        return bool(found["n"].keys() & found["scene"].keys())

    wait_for("a frame of both", same)
    number = (found["n"].keys() & found["scene"].keys()).pop()
    assert found["n"][number] == found["scene"][number]


def test_so_many_a_second_and_the_last_object_at_once() -> None:
    """WIRE 3: rate-limited; a box must not stay on a screen because the limit swallowed its end."""
    pace = ScenePace()
    seen, nothing = {Task.OCCUPANCY}, set[Task]()
    frames = [(0, seen), (200, seen), (400, seen), (1000, seen), (1200, nothing), (1400, nothing), (1600, seen)]
    wanted = [pace.wants(shows, at_ms, per_s=1) for at_ms, shows in frames]

    assert wanted == [True, False, False, True, True, False, True]


def test_the_last_face_is_told_at_once_whatever_else_is_there() -> None:
    """WIRE 3: each module ends for itself."""
    pace, both = ScenePace(), {Task.OCCUPANCY, Task.NONMASK}

    assert pace.wants(both, 0, per_s=1)
    assert not pace.wants(both, 100, per_s=1)
    assert pace.wants({Task.OCCUPANCY}, 200, per_s=1)
    assert not pace.wants(both, 300, per_s=1)


def test_who_asks_again_is_told_the_first_frame() -> None:
    """OUT-4: a new owner of the connection need not wait for the interval of its former one."""
    pace = ScenePace()

    assert pace.wants(set(), 0, per_s=1)
    assert not pace.wants(set(), 100, per_s=1)
    pace.forget()
    assert pace.wants(set(), 200, per_s=1)


def test_what_is_no_object_of_the_scene_shows_nothing() -> None:
    """OUT-4: what is tracked but counted nowhere; it would keep the last box on a receiver's screen."""
    owner = Owner(owner_plan(), 0, 0.0).see(3, 0, 2)
    found = owner.watch.result
    vehicles = replace(found.tracks, kind=np.full(3, Kind.VEHICLE, np.int8))

    assert owner.watch.shows(found)
    assert not owner.watch.shows(replace(found, tracks=vehicles))
    assert not owner.watch.shows(replace(found, tracks=Tracks.empty()))
