"""Clips out of a running camera: one loop with the real encoder, and a worker that is killed in mid-clip (OPR-3)."""

import io
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from analytics.models import Alarm
from analytics.models.clip import AWAITED, ClipState
from analytics.news import CLIP, START
from analytics.workers import clipbook
from analytics.workers.end import End
from analytics.workers.keyvalue import ALARMS, key
from analytics.workers.plan import CameraPlan
from cameras.capture.frame import Pixels
from cameras.capture.privacy import GREY
from cameras.schedules import OperationSchedule
from tests.analytics.workers.cluster import Cluster, environment, wait_for
from tests.analytics.workers.fakes import GRAIN
from tests.analytics.workers.loopbench import Bench, WallClock, live, plan, sent
from tests.analytics.workers.owner import face_plan, installed
from tests.factories import CameraFactory
from tests.servers.valkey import Valkey

AREA = {"number": 1, "name": "Lobby", "status": True, "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]]}


@pytest.fixture
def bench(valkey: Valkey) -> Iterator[Bench]:
    bench = Bench(valkey)
    yield bench
    bench.close()


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clip is over a second after its last alarm."""
    monkeypatch.setattr(clipbook, "AFTER_MS", 1000)


def both(url: str, **area: Any) -> CameraPlan:
    """Occupancy and non-mask, with clips."""
    return replace(plan(url, **area), nonmask=face_plan().nonmask, keep_clips=True)


def clips(bench: Bench, *, whole: bool) -> list[dict[bytes, bytes]]:
    """The messages of clips in the stream."""
    entries = [fields for _, fields in bench.server.xrange(ALARMS)]
    return [one for one in entries if (data := json.loads(one[b"data"]))["kind"] == CLIP and data["whole"] is whole]


def scenes(fields: dict[bytes, bytes]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(fields[b"scenes"])
    return found


def lumas(fields: dict[bytes, bytes]) -> list[Pixels]:
    with av.open(io.BytesIO(fields[b"clip"])) as container:
        return [np.asarray(one.to_ndarray(format="gray"), np.uint8) for one in container.decode(video=0)]


def test_alarms_of_both_extensions_share_the_clip_of_their_camera(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OPR-3, EXT-3: one file; boxes, areas and faces of the very frames that it shows; the moment of each is on it."""
    monkeypatch.setattr(clipbook, "AFTER_MS", 3000)
    bench.run(both("fake:3?fps=5&worn=1"))
    wait_for("alarms of both", lambda: len(sent(bench.server, START)) == 3)
    (whole,) = wait_for("the clip", lambda: clips(bench, whole=True))

    starts = sent(bench.server, START)
    assert {one["extension"] for one in starts} == {"occupancy", "nonmask"}
    assert {one["clip"] for one in starts} == {json.loads(whole[b"data"])["clip"]}
    found = scenes(whole)
    last = found["frames"][-1]
    assert len(lumas(whole)) == len(found["frames"])
    for start in starts:
        assert 0 <= start["started_at"] - found["began_at"] <= last["at"]
    assert [box["box"] for box in last["boxes"]] == [face["box"] for face in last["faces"]]
    assert (last["areas"][0]["count"], last["areas"][0]["alarm"]) == (3, True)
    assert found["outlines"]["1"] == AREA["polygon"]


@pytest.mark.usefixtures("short")
def test_the_boxes_of_a_frame_lie_on_what_the_video_shows_there(bench: Bench) -> None:
    """OPR-3: bars are bright where the boxes are, in every frame, and nowhere else in its clean picture."""
    # They only become more: the box of one that was just lost stays for a while.
    script = f"1@{time.time() + 0.6:.1f},2@0.2,3@3600"
    bench.run(replace(plan(f"fake:{script}?fps=5", count_threshold=1), keep_clips=True))
    (whole,) = wait_for("the clip", lambda: clips(bench, whole=True))

    for luma, frame in zip(lumas(whole), scenes(whole)["frames"], strict=True):
        bright = cv2.morphologyEx(np.asarray(luma > 150, np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
        assert cv2.connectedComponents(bright)[0] - 1 == len(frame["boxes"])
        height, width = luma.shape
        for x1, y1, x2, y2 in (box["box"] for box in frame["boxes"]):
            assert np.median(luma[round(y1 * height) : round(y2 * height), round(x1 * width) : round(x2 * width)]) > 150


@pytest.mark.usefixtures("short")
def test_a_clip_shows_neither_privacy_zones_nor_the_faces_of_others(bench: Bench) -> None:
    """CAM-5, OPR-3: done in the worker, before anything is encoded."""
    zone = ((0.0, 0.0), (0.09, 0.0), (0.09, 0.4), (0.0, 0.4))  # the first of three bars
    bench.run(replace(both("fake:3?fps=5&worn=1", count_threshold=9), zones=(zone,), blur_faces=True))
    start = wait_for("an alarm", lambda: sent(bench.server, START))[0]
    (whole,) = wait_for("the clip", lambda: clips(bench, whole=True))

    for luma, frame in zip(lumas(whole), scenes(whole)["frames"], strict=True):
        height, width = luma.shape
        assert abs(np.median(luma[: round(0.4 * height) - 2, : round(0.09 * width) - 2]) - GREY) < GRAIN
        for face in frame["faces"]:
            x1, y1, x2, y2 = (round(edge * size) for edge, size in zip(face["box"], (width, height) * 2, strict=True))
            detail = np.abs(np.diff(luma[y1 + 9 : y2 - 9, x1:x2].astype(int), axis=0)).mean()
            assert (detail > GRAIN / 2) == (face["id"] == start["face"])


@pytest.mark.usefixtures("short")
def test_no_picture_is_kept_outside_the_schedule(bench: Bench) -> None:
    """EXT-4: when the schedule closes, what was kept is forgotten."""
    clock = WallClock()
    bench.run(replace(plan(count_threshold=9), keep_clips=True), clock)
    wait_for("pictures", lambda: bench.loop._clips.bytes)
    closed = installed(bench.loop._plan, schedule=OperationSchedule.from_json({"week": {}}))
    bench.desk.answer = replace(closed, version=2)
    bench.server.hset(key("ctl", 7), "version", 2)

    wait_for("closed", lambda: (one := live(bench.server)) and one["status"] == "outside schedule")
    assert bench.loop._clips.bytes == 0


def test_a_hand_over_in_mid_clip_tells_what_there_is(bench: Bench) -> None:
    """OPR-3: with the last words; the alarm goes on with the next owner, under its clip."""
    _, run = bench.run(replace(plan("fake:3?fps=5"), keep_clips=True))
    (start,) = wait_for("the alarm", lambda: sent(bench.server, START))
    bench.server.hset(key("ctl", 7), "yield", "here")
    assert run.result(20) is End.HANDED_OVER

    (whole,) = clips(bench, whole=True)
    assert json.loads(whole[b"data"])["clip"] == start["clip"]
    assert lumas(whole)
    assert json.loads(bench.server.hget(key("state", 7), "data"))["extensions"]["occupancy"]["alarms"] == {  # type: ignore[arg-type]  # there is one
        start["alarm_id"]: {
            "area_number": 1,
            "area_name": "Lobby",
            "count": 3,
            "threshold": 3,
            "started_at": start["started_at"],
            "cause": "threshold",
            "face": None,
            "clip": start["clip"],
        }
    }


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
def test_an_owner_killed_in_mid_clip_loses_no_alarm_and_only_the_rest_of_the_clip(
    valkey: Valkey, tmp_path: Path
) -> None:
    """OPR-3, SPEC 15: kill -9 of the only worker as soon as the beginning is stored."""
    cluster = Cluster(tmp_path, environment(valkey))
    try:
        CameraFactory(url="fake:0@4,3@3600?fps=5", occupancy={"areas": [{**AREA, "count_threshold": 3, "time_s": 1}]})
        worker = cluster.camera_worker("only")
        cluster.short_tasks()
        cluster.beat()
        alarm = wait_for("the beginning of a clip", lambda: Alarm.objects.exclude(clip="").first(), limit_s=60)
        worker.kill()

        alarm.refresh_from_db()
        assert (alarm.clip_whole, alarm.ended_at, alarm.clip_state) == (False, None, ClipState.RECORDING)
        assert Alarm.objects.count() == 1
        alarm.started_at -= AWAITED
        assert alarm.clip_state is ClipState.KEPT
        with alarm.clip.open() as file, av.open(file) as container:
            assert list(container.decode(video=0))
    finally:
        cluster.stop()
