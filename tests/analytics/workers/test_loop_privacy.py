"""A privacy zone saved while the camera runs: from the worker's answer on, nobody sees what it hides (CAM-5)."""

import json
import struct
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from redis.client import PubSub

from analytics.news import START
from analytics.workers.keyvalue import ALARMS, key
from analytics.workers.plan import CameraPlan
from cameras.capture.frame import Pixels
from cameras.capture.privacy import GREY
from tests.analytics.workers.cluster import wait_for
from tests.analytics.workers.loopbench import Bench, live, plan
from tests.servers.valkey import Valkey

FIRST_BAR = ((0.0, 0.0), (0.09, 0.0), (0.09, 0.4), (0.0, 0.4))  # of the three that the fake camera draws
LIMIT_S = 2.0
ROUGH = 12  # what JPEG makes of a flat grey


@pytest.fixture
def bench(valkey: Valkey) -> Iterator[Bench]:
    bench = Bench(valkey)
    yield bench
    bench.close()


@pytest.fixture
def viewer(bench: Bench) -> Iterator[PubSub]:
    """Somebody who looks at camera 7."""
    viewer = bench.server.pubsub(ignore_subscribe_messages=True)
    viewer.subscribe(key("n", 7))
    bench.server.set(key("demand", 7), 1, ex=120)
    yield viewer
    viewer.close()


def pictures(viewer: PubSub) -> Iterator[tuple[dict[str, Any], Pixels]]:
    """Every live picture with its header, as browsers get them."""
    while True:
        message = wait_for("a picture", lambda: viewer.get_message(timeout=1))["data"]
        (length,) = struct.unpack(">I", message[:4])
        yield json.loads(message[4 : 4 + length]), decoded(message[4 + length :])


def decoded(jpeg: bytes) -> Pixels:
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)


def hidden(picture: Pixels) -> bool:
    """Whether the first bar is painted over."""
    height, width = picture.shape
    part = picture[: int(0.38 * height), : int(0.085 * width)].astype(int)
    shade = round(float(part.mean()))
    return bool((abs(part - shade) <= ROUGH).all()) and abs(shade - GREY) <= ROUGH


def save(bench: Bench, saved: CameraPlan) -> float:
    bench.desk.answer = saved
    bench.server.hset(key("ctl", 7), "version", saved.version)
    return time.monotonic()


def test_no_picture_of_the_new_version_shows_what_a_zone_hides(bench: Bench, viewer: PubSub) -> None:
    """CAM-5, EXT-7: the first one with the new version is painted, within 2 s, and so is every one after it; the
    count follows. Taken away again, the zone is gone as quickly."""
    bench.run(plan(count_threshold=9))
    seen = pictures(viewer)
    wait_for("three bars", lambda: (one := live(bench.server)) and one["count"] == 3)
    assert not hidden(next(seen)[1])

    saved_at = save(bench, replace(plan(count_threshold=9), zones=(FIRST_BAR,), version=2))
    picture = next(picture for header, picture in seen if header["version"] == 2)
    assert time.monotonic() - saved_at < LIMIT_S
    assert hidden(picture)
    assert all(hidden(next(seen)[1]) for _ in range(10))
    wait_for("two bars", lambda: (one := live(bench.server)) and one["count"] == 2)

    saved_at = save(bench, replace(plan(count_threshold=9), version=3))
    next(header for header, picture in seen if header["version"] == 3 and not hidden(picture))
    assert time.monotonic() - saved_at < LIMIT_S


def test_the_picture_of_an_alarm_is_painted(bench: Bench) -> None:
    """CAM-5, OPR-3: what is kept of an alarm's start hides the zone, too; nobody is counted inside."""
    bench.run(replace(plan(count_threshold=2), zones=(FIRST_BAR,)))

    def snapshot() -> bytes | None:
        entries = [fields for _, fields in bench.server.xrange(ALARMS) if json.loads(fields[b"data"])["kind"] == START]
        return entries[0].get(b"snapshot") if entries else None

    picture = decoded(wait_for("the picture of an alarm", snapshot))
    assert hidden(picture)
    assert live(bench.server)["count"] == 2  # type: ignore[index]  # it has told of an alarm
