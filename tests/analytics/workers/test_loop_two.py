"""Two extensions on one camera: one reader, one decode, one frame id, and a life of its own for each (EXT-3)."""

import json
import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import cv2
import numpy as np
import pytest

from analytics.engine.inference.errors import FrameFailedError, NetworkMissingError
from analytics.engine.inference.task import Task
from analytics.live import area_quality
from analytics.news import END, START
from analytics.workers import state
from analytics.workers.end import End
from analytics.workers.keyvalue import ALARMS, key
from analytics.workers.lease import Lease
from analytics.workers.plan import CameraPlan
from cameras.capture.source import FrameSource, SourceSpec
from cameras.extensions.nonmask import NonmaskSettings
from cameras.schedules import DAYS, OperationSchedule
from tests.analytics.workers.cluster import wait_for
from tests.analytics.workers.fakes import GRAIN, HEIGHT, WIDTH, fake_source
from tests.analytics.workers.loopbench import Bench, WallClock, live, plan, sent
from tests.analytics.workers.owner import face_plan, installed
from tests.servers.valkey import Valkey

HOUR_S = 3600
FACES = "fake:3?fps=10&worn=1"


@pytest.fixture
def bench(valkey: Valkey) -> Iterator[Bench]:
    bench = Bench(valkey)
    yield bench
    bench.close()


def both(url: str = FACES, *, schedule: OperationSchedule | None = None, **area: Any) -> CameraPlan:
    """Occupancy, and non-mask with a schedule of its own."""
    nonmask = face_plan().nonmask
    assert nonmask is not None
    if schedule is not None:
        nonmask = replace(nonmask, schedule=schedule)
    return replace(plan(url, **area), nonmask=nonmask)


def save(bench: Bench, saved: CameraPlan) -> None:
    bench.desk.answer = saved
    bench.server.hset(key("ctl", 7), "version", saved.version)


def mask_state(bench: Bench, status: str = "online") -> dict[str, Any] | None:
    """Of the non-mask extension, once it is in this state."""
    told = live(bench.server)
    return told["mask"] if told and told["mask"] and told["mask"]["status"] == status else None  # type: ignore[return-value]


def starts(bench: Bench, extension: str) -> list[dict[str, Any]]:
    return [one for one in sent(bench.server, START) if one["extension"] == extension]


def opened(bench: Bench) -> list[str]:
    """The address of every source that is opened from now on."""
    addresses: list[str] = []

    def opens(spec: SourceSpec) -> FrameSource:
        addresses.append(spec.url)
        return fake_source(spec)

    bench.tools = replace(bench.tools, open_source=opens)
    return addresses


def around_now() -> OperationSchedule:
    """Open every day from an hour ago to in an hour, UTC."""
    now = datetime.now(UTC)
    day = [[f"{now - timedelta(hours=1):%H:%M}", f"{now + timedelta(hours=1):%H:%M}"]]
    return OperationSchedule.from_json({"week": dict.fromkeys(DAYS, day)})


def test_both_look_at_the_same_frames_of_one_source(bench: Bench) -> None:
    """EXT-3: one decode; boxes and faces of one frame, with one id; an alarm of each."""
    addresses = opened(bench)
    bench.run(both())
    viewer = bench.server.pubsub(ignore_subscribe_messages=True)
    viewer.subscribe(key("n", 7))
    bench.server.set(key("demand", 7), 1, ex=60)

    def header() -> dict[str, Any] | None:
        message = viewer.get_message(timeout=1)
        if message is None:
            return None
        (length,) = struct.unpack(">I", message["data"][:4])
        found: dict[str, Any] = json.loads(message["data"][4 : 4 + length])
        return found if found["faces"] else None

    picture = wait_for("a picture with faces", header)
    viewer.close()
    assert addresses == [FACES]
    assert [box["box"] for box in picture["boxes"]] == [face["box"] for face in picture["faces"]]
    assert [face["verdict"] for face in picture["faces"]] == ["no_mask", "no_mask", "mask"]
    assert (picture["mask"]["mask"], picture["mask"]["no_mask"], picture["count"]) == (1, 2, 3)

    wait_for("alarms of both", lambda: len(starts(bench, "nonmask")) == 2 and starts(bench, "occupancy"))
    told = wait_for("the state", lambda: (one := live(bench.server)) and one["mask"]["alarms"] and one)
    assert told["mask"]["alarms"] == [one["alarm_id"] for one in starts(bench, "nonmask")]
    assert (told["occupancy"]["status"], told["mask"]["status"], told["count"]) == ("online", "online", 3)
    assert told["occupancy"]["network"] != told["mask"]["network"]


def test_the_picture_of_an_alarm_is_stored_without_the_faces_of_others(bench: Bench) -> None:
    """OPR-3, MASK-7: where the policy of the site says so; done in the worker, before anything is stored."""
    bench.run(replace(both("fake:2?fps=10&worn=0", count_threshold=9), blur_faces=True))
    wait_for("both alarms", lambda: len(starts(bench, "nonmask")) == 2)
    entries = [fields for _, fields in bench.server.xrange(ALARMS) if b"alarm_started" in fields[b"key"]]

    for fields in entries:
        data = json.loads(fields[b"data"])
        picture = cv2.imdecode(np.frombuffer(fields[b"snapshot"], np.uint8), cv2.IMREAD_GRAYSCALE)
        assert picture is not None
        for face in data["overlay"]["faces"]:
            x1, y1, x2, y2 = (round(edge * size) for edge, size in zip(face["box"], (WIDTH, HEIGHT) * 2, strict=True))
            detail = np.abs(np.diff(picture[y1 + 9 : y2 - 9, x1:x2].astype(int), axis=0)).mean()
            assert (detail > GRAIN / 2) == (face["id"] == data["face"])


def test_each_has_hours_of_its_own(bench: Bench) -> None:
    """EXT-3, EXT-4: faces are left alone outside their schedule, with the next opening; areas are counted on, and the
    stream is not touched. When both are closed it is, and the camera says so."""
    addresses, clock, hours = opened(bench), WallClock(), around_now()
    bench.run(both(schedule=hours), clock)
    wait_for("faces", lambda: (one := mask_state(bench)) and one["alarms"])
    looked = bench.tools.detectors.inferences
    clock.ahead_s = 2 * HOUR_S

    closed = wait_for("faces closed", lambda: mask_state(bench, "outside schedule"))
    told = live(bench.server)
    assert told is not None
    assert (closed["mask"], closed["alarms"], closed["fps"]) == (None, [], 0)
    assert closed["opens_at"] > clock().now
    assert (told["status"], told["opens_at"], told["count"]) == ("online", None, 3)
    ends = [one for one in sent(bench.server, END) if one["extension"] == "nonmask"]
    assert [one["reason"] for one in ends] == ["schedule", "schedule"]
    wait_for("areas are counted on", lambda: bench.tools.detectors.inferences > looked + 3)
    assert addresses == [FACES]

    shut = installed(both(schedule=hours), schedule=OperationSchedule.from_json({"week": {}}))
    save(bench, replace(shut, version=2))
    told = wait_for("all closed", lambda: (one := live(bench.server)) and one["status"] == "outside schedule" and one)
    assert told["opens_at"] == closed["opens_at"]  # the one of occupancy never comes
    clock.ahead_s = 23.5 * HOUR_S
    wait_for("faces again", lambda: (one := mask_state(bench)) and one["no_mask"] == 2)
    assert addresses == [FACES, FACES]


def test_an_extension_is_installed_and_taken_off_beside_a_running_one(bench: Bench) -> None:
    """EXT-1, EXT-7: the timer of the other runs on, and its stream is not opened again."""
    addresses = opened(bench)
    bench.run(plan(FACES, time_s=600))
    before = wait_for("a timer", lambda: (one := live(bench.server)) and one["areas"][0]["timer_ms"] > 500 and one)
    assert before["mask"] is None

    save(bench, replace(both(time_s=600), version=2))
    wait_for("faces", lambda: (one := mask_state(bench)) and one["alarms"])
    save(bench, replace(plan(FACES, time_s=600), version=3))
    after = wait_for("no faces", lambda: (one := live(bench.server)) and one["version"] == 3 and one)

    assert (after["mask"], addresses) == (None, [FACES])
    assert after["areas"][0]["timer_ms"] > before["areas"][0]["timer_ms"]
    assert {one["reason"] for one in sent(bench.server, END)} == {"uninstalled"}


def test_faces_alone_need_no_areas(bench: Bench) -> None:
    """EXT-1: a camera may have either: nothing of the other is told."""
    bench.run(replace(face_plan(), spec=SourceSpec(FACES, fps=10)))

    told = wait_for("faces", lambda: (one := live(bench.server)) and one["mask"]["no_mask"] == 2 and one)
    assert (told["areas"], told["count"], told["occupancy"], told["status"]) == ([], None, None, "online")
    assert told["size"] == [WIDTH, HEIGHT]
    assert told["network"] == told["mask"]["network"]


def test_a_missing_network_of_one_stops_only_that_one(bench: Bench) -> None:
    """RUN-6: it says which file, and where to put it; the other counts."""
    bench.faces_missing = NetworkMissingError("faces.onnx is missing: put it into /networks")
    bench.run(both())

    told = wait_for("a count", lambda: (one := live(bench.server)) and one["count"] == 3 and one)
    assert (told["mask"]["status"], told["mask"]["no_mask"], told["occupancy"]["status"]) == (
        "no network",
        None,
        "online",
    )
    assert (told["status"], told["error"]) == ("no network", str(bench.faces_missing))


def test_a_frame_that_one_cannot_look_at_is_not_lost_for_the_other(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN 3: a failed frame is of the network that failed."""

    def fails(*_: Any) -> Any:
        raise FrameFailedError("no answer in 2 s")

    monkeypatch.setattr(bench.network, "detect", fails)
    bench.run(both())

    wait_for("alarms of faces", lambda: len(starts(bench, "nonmask")) == 2)
    told = live(bench.server)
    assert told is not None
    assert told["count"] is None


@pytest.mark.parametrize("which", list(Task))
def test_a_number_of_one_never_looks_live_by_the_pictures_of_the_other(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, which: Task
) -> None:
    """CNT-6: the network of one stops to answer, the other looks on: its own numbers are old, and are told as that."""

    def fails(*_: Any) -> Any:
        raise FrameFailedError("no answer in 2 s")

    bench.run(both())
    wait_for("both", lambda: (one := live(bench.server)) and one["count"] == 3 and one["mask"]["no_mask"] == 2)
    monkeypatch.setattr(bench.network if which is Task.OCCUPANCY else bench.faces, "detect", fails)

    def old() -> bool:
        told = live(bench.server)
        assert told is not None
        if which is Task.OCCUPANCY:
            return area_quality(told) == "stale" and told["mask"]["no_mask"] == 2  # type: ignore[index]  # installed
        return area_quality(told) == "live" and told["mask"]["no_mask"] is None  # type: ignore[index]  # installed

    assert wait_for("old numbers", old)


def test_a_surprise_of_one_loses_no_alarm_of_the_other(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 15: no alarm lost: what the first one found in a frame is told, whatever the second one does with it."""

    def surprise(*_: Any) -> Any:
        raise ZeroDivisionError("nobody expected this")

    monkeypatch.setattr("analytics.workers.loop.FAILURE_PAUSE_S", 0.01)
    monkeypatch.setattr("analytics.workers.loop.FAILURES_ALLOWED", 10_000)
    bench.run(both(time_s=3))
    wait_for("both", lambda: (one := live(bench.server)) and one["count"] == 3 and one["mask"]["no_mask"] == 2)
    monkeypatch.setattr(bench.faces, "detect", surprise)

    wait_for("the alarm of an area", lambda: starts(bench, "occupancy"), limit_s=30)


def test_a_state_of_before_there_were_two_is_read(bench: Bench) -> None:
    """SPEC 4.10: an upgrade is a hand-over like any other: the open alarm goes on, and faces begin."""
    _, run = bench.run(plan(FACES))
    (start,) = wait_for("the start of the alarm", lambda: sent(bench.server, START))
    bench.server.hset(key("ctl", 7), "yield", "here")
    assert run.result(20) is End.HANDED_OVER
    bench.server.delete(key("ctl", 7), key("live", 7), key("lease", 7))
    found = state.load(bench.server, 7)
    assert found is not None
    older = Lease(7)
    assert older.take(bench.server)
    parcel = state.Parcel(json.dumps(found.data["extensions"]["occupancy"]).encode())
    state.save(bench.server, camera_id=7, epoch=older.epoch, parcel=parcel)
    older.release(bench.server)

    bench.run(both())
    told = wait_for("both", lambda: (one := live(bench.server)) and one["mask"]["alarms"] and one)
    assert told["areas"][0]["alarm_id"] == start["alarm_id"]
    assert len(starts(bench, "occupancy")) == 1


def test_both_are_handed_over_with_their_alarms(bench: Bench) -> None:
    """SPEC 4.10: one state, in one step; the next owner goes on with all of them."""
    link, run = bench.run(both())
    wait_for("all alarms", lambda: len(sent(bench.server, START)) == 3)
    bench.server.hset(key("ctl", 7), "yield", "here")
    assert run.result(20) is End.HANDED_OVER
    link.lease.release(bench.server)
    bench.server.delete(key("ctl", 7), key("live", 7))

    bench.run(both())
    told = wait_for("the next owner", lambda: (one := live(bench.server)) and one["mask"]["no_mask"] == 2 and one)
    assert told["areas"][0]["alarm_id"] == starts(bench, "occupancy")[0]["alarm_id"]
    assert told["mask"]["alarms"] == [one["alarm_id"] for one in starts(bench, "nonmask")]
    assert len(sent(bench.server, START)) == 3
    assert sent(bench.server, END) == []


def test_two_looks_at_a_frame_are_twice_the_load(bench: Bench) -> None:
    """EXT-2: and small faces take three of their own."""
    small = both()
    assert small.nonmask is not None
    small = replace(small, nonmask=replace(small.nonmask, settings=NonmaskSettings(small_faces=True), looks=3))

    assert [one.looks for one in (plan(), both(), small)] == [1, 2, 4]
    bench.run(both())
    wait_for("faces", lambda: mask_state(bench))
    assert (bench.loop.figures().looks, bench.watch(Task.NONMASK).ready) == (2, True)
