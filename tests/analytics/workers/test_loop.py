"""A camera's loop with real threads and a real key-value server (DESIGN 2): only camera and network are ours."""

import json
import struct
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from analytics.engine.alarm.events import EndReason
from analytics.engine.inference.errors import InferenceGaveUpError, NetworkMissingError
from analytics.news import END, START
from analytics.workers import state
from analytics.workers.end import End
from analytics.workers.keyvalue import ALARMS, key
from analytics.workers.lease import Lease
from analytics.workers.link import CameraLink
from analytics.workers.plan import NotWantedError
from tests.analytics.workers.cluster import wait_for
from tests.analytics.workers.loopbench import Bench, live, plan, sent
from tests.servers.valkey import Valkey


@pytest.fixture
def bench(valkey: Valkey) -> Iterator[Bench]:
    bench = Bench(valkey)
    yield bench
    bench.close()


def test_a_camera_is_analysed_and_its_alarm_sent(bench: Bench) -> None:
    """RUN-4: frames in, live state and alarm events out; the snapshot is of that moment."""
    bench.run(plan())

    (start,) = wait_for("the start of the alarm", lambda: sent(bench.server, START))

    state = wait_for("the live state", lambda: (one := live(bench.server)) and one["areas"][0]["alarm"] and one)
    assert (state["status"], state["count"], state["areas"][0]["count"]) == ("online", 3, 3)
    assert state["size"] == start["overlay"]["size"]
    assert state["areas"][0]["alarm_id"] == start["alarm_id"]
    assert {box["role"] for box in start["overlay"]["boxes"]} <= {"alarm", "area"}
    (fields,) = [fields for _, fields in bench.server.xrange(ALARMS) if b"alarm_started" in fields[b"key"]]
    assert fields[b"snapshot"].startswith(b"\xff\xd8")


def test_state_and_alarm_are_saved_in_one_step(bench: Bench) -> None:
    """SPEC 4.10: whoever finds the event finds the state that knows the alarm."""
    bench.run(plan())
    (start,) = wait_for("the start of the alarm", lambda: sent(bench.server, START))

    saved = state.load(bench.server, 7)

    assert saved is not None
    occupancy = saved.data["extensions"]["occupancy"]
    assert list(occupancy["alarms"]) == [start["alarm_id"]]
    assert occupancy["pipeline"]["alarms"]["areas"]["1"]["alarm_id"] == start["alarm_id"]


def test_a_loop_that_is_asked_to_yield_leaves_everything_to_the_next(bench: Bench) -> None:
    """DESIGN 2: state saved, lease free; the next owner goes on with the same alarm, and starts no other."""
    link, run = bench.run(plan())
    (start,) = wait_for("the start of the alarm", lambda: sent(bench.server, START))
    bench.server.hset(key("ctl", 7), "yield", "here")

    assert run.result(20) is End.HANDED_OVER
    link.lease.release(bench.server)
    bench.server.delete(key("ctl", 7), key("live", 7))
    bench.run(plan())

    state = wait_for("the next owner", lambda: (one := live(bench.server)) and one["count"] == 3 and one)
    assert state["areas"][0]["alarm_id"] == start["alarm_id"]
    assert len(sent(bench.server, START)) == 1


def test_a_fenced_loop_stops_without_a_trace(bench: Bench) -> None:
    """SPEC 15: two workers believe they own a camera: the other's writes are fenced off."""
    _, run = bench.run(plan(time_s=600))
    wait_for("a state", lambda: state.load(bench.server, 7))
    bench.server.delete(key("lease", 7))
    heir = Lease(7)
    assert heir.take(bench.server)
    state.save(bench.server, camera_id=7, epoch=heir.epoch, parcel=state.Parcel(b'{"of": "heir"}'))

    assert run.result(20) is End.FENCED
    saved = state.load(bench.server, 7)
    assert saved is not None
    assert saved.data == {"of": "heir"}
    assert bench.server.get(key("lease", 7)) == heir.token.encode()


def test_a_changed_setting_works_within_two_seconds(bench: Bench) -> None:
    """EXT-7: on the running camera; the worker answers with version and moment."""
    bench.run(plan(count_threshold=5))
    wait_for("frames", lambda: (one := live(bench.server)) and one["count"] == 3)
    bench.desk.answer = replace(plan(count_threshold=2, name="Hall"), version=2)
    bench.server.hset(key("ctl", 7), "version", 2)

    state = wait_for("the new version", lambda: (one := live(bench.server)) and one["version"] == 2 and one)

    assert state["areas"][0]["name"] == "Hall"
    assert state["applied_at"] > 0
    wait_for("the alarm that follows", lambda: sent(bench.server, START))


def test_a_camera_that_is_removed_ends_its_alarms(bench: Bench) -> None:
    """SPEC 4.11: camera removed."""
    _, run = bench.run(plan())
    wait_for("the start of the alarm", lambda: sent(bench.server, START))
    bench.desk.answer = NotWantedError(7, EndReason.CAMERA_REMOVED)
    bench.server.hset(key("ctl", 7), "version", -1)

    assert run.result(20) is End.NOT_WANTED
    assert [one["reason"] for one in sent(bench.server, END)] == ["camera removed"]


def test_another_address_is_opened_without_a_new_owner(bench: Bench) -> None:
    """EXT-7: no other camera skips a frame, and this one keeps its alarm."""
    bench.run(plan())
    (start,) = wait_for("the start of the alarm", lambda: sent(bench.server, START))
    bench.desk.answer = replace(plan("fake:4?fps=10"), version=2)
    bench.server.hset(key("ctl", 7), "version", 2)

    state = wait_for("four people", lambda: (one := live(bench.server)) and one["count"] == 4 and one)
    assert state["areas"][0]["alarm_id"] == start["alarm_id"]
    assert not sent(bench.server, END)


def test_pictures_are_encoded_only_while_somebody_looks(bench: Bench) -> None:
    """DEMO-6, DEMO-1: picture and boxes are of the same frame; nobody watching costs no JPEG."""
    bench.run(plan(count_threshold=9))
    wait_for("frames", lambda: (one := live(bench.server)) and one["count"] == 3)
    assert bench.jpegs.count == 0
    viewer = bench.server.pubsub(ignore_subscribe_messages=True)
    viewer.subscribe(key("n", 7))
    bench.server.set(key("demand", 7), 1, ex=60)

    message = wait_for("a picture", lambda: viewer.get_message(timeout=1))["data"]
    viewer.close()

    (length,) = struct.unpack(">I", message[:4])
    header, jpeg = json.loads(message[4 : 4 + length]), message[4 + length :]
    assert jpeg.startswith(b"\xff\xd8")
    assert header["size"] == [320, 180]
    assert len(header["boxes"]) == 3
    assert header["boxes"][0].keys() == {"id", "kind", "box", "score", "head", "role", "point", "below"}
    assert (header["boxes"][0]["role"], header["boxes"][0]["score"]) == ("area", 90)
    assert header["areas"][0]["polygon"] == [[0, 0], [1, 0], [1, 1], [0, 1]]


def test_only_what_a_person_waits_for_makes_a_trip_of_its_own(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN 7, CAM-6: a status that changed; the clocks of a camera that is well go with the next round."""
    told: list[tuple[str, bool]] = []
    tell = CameraLink.tell

    def noted(link: CameraLink, live: bytes, news: Any = None, *, urgent: bool = True) -> None:
        told.append((json.loads(live)["status"], urgent))
        tell(link, live, news, urgent=urgent)

    monkeypatch.setattr(CameraLink, "tell", noted)
    bench.run(plan(count_threshold=9))
    wait_for("calm seconds", lambda: told.count(("online", False)) >= 2)

    changes = [after for before, after in pairwise([("", False), *told]) if before[0] != after[0]]
    assert ("online", True) in changes
    assert all(urgent for _, urgent in changes)


def test_a_missing_network_is_said_and_starts_when_it_appears(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """RUN-6: which file is missing and where to put it; nothing pretends to detect; pictures are shown all the same."""
    monkeypatch.setattr("analytics.workers.detectors.LOOK_AGAIN_S", 0.1)
    bench.missing = NetworkMissingError("pvb.onnx is missing: put it into /networks")
    bench.run(plan())

    state = wait_for("the status", lambda: (one := live(bench.server)) and one["status"] == "no network" and one)
    assert (state["error"], state["count"], state["areas"][0]["count"]) == (str(bench.missing), None, None)
    bench.server.set(key("demand", 7), 1, ex=60)
    viewer = bench.server.pubsub(ignore_subscribe_messages=True)
    viewer.subscribe(key("n", 7))
    assert wait_for("a bare picture", lambda: viewer.get_message(timeout=1))
    viewer.close()

    bench.missing = None
    wait_for("the network", lambda: (one := live(bench.server)) and one["status"] == "online" and one["count"] == 3)


def test_a_camera_that_cannot_be_reached_is_offline_and_is_tried_again(bench: Bench) -> None:
    """CAM-6: status within 5 s, with the reason."""
    bench.run(plan("fake:away"))

    state = wait_for("the status", lambda: (one := live(bench.server)) and one["status"] == "offline" and one)

    assert "host unknown" in state["error"]
    assert state["last_frame_at"] is None
    assert state["size"] is None


def test_a_loop_whose_network_gave_up_asks_for_a_new_process(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN 3: give the cameras up and exit."""

    def broken(*_: Any) -> Any:
        raise InferenceGaveUpError("failed again")

    bench.run(plan())
    wait_for("frames", lambda: (one := live(bench.server)) and one["count"] == 3)
    monkeypatch.setattr(bench.network, "detect", broken)

    assert bench.gave_up.wait(20)


def test_a_step_that_fails_is_logged_and_tried_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """SPEC 15: only that camera is affected; after some failures in a row it is left to another worker."""

    def surprise(*_: Any) -> Any:
        raise ZeroDivisionError("nobody expected this")

    monkeypatch.setattr("analytics.workers.loop.FAILURE_PAUSE_S", 0.01)
    _, run = bench.run(plan())
    wait_for("frames", lambda: (one := live(bench.server)) and one["count"] == 3)
    monkeypatch.setattr(bench.network, "detect", surprise)

    assert run.result(20) is End.FAILED
    assert "nobody expected this" in caplog.text
