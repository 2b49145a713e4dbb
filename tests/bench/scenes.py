"""What scene metadata costs a camera's worker (OUT-4): `scenes_us_per_frame`, CPU time over all analysed frames, five a
second, while one frame a second is wanted; 20 people, four areas. No picture is encoded for it.

python -m tests.bench.scenes     prints JSON: in the details the same while nobody asks, and with every frame described
"""

import json
import os
import sys
import time
from dataclasses import replace
from statistics import median
from time import process_time
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
django.setup()

from analytics.engine.inference.task import Task  # noqa: E402 - models have to be ready
from analytics.workers.condition import Condition, Post  # noqa: E402
from analytics.workers.pictures import JpegEncoder  # noqa: E402
from analytics.workers.plan import CameraPlan, ExtensionPlan  # noqa: E402
from analytics.workers.sink import CameraSink  # noqa: E402
from cameras.capture.health import CameraStatus, CaptureState  # noqa: E402
from cameras.extensions.occupancy import OccupancySettings  # noqa: E402
from tests.analytics.workers.owner import FPS, STEP_MS, Owner, plan  # noqa: E402

PEOPLE, AREAS, FRAMES, TURNS = 20, 4, 1000, 7


class Link:
    """Takes what is posted, and has somebody ask for it."""

    demand, worker = False, "bench"

    def __init__(self, scenes_per_s: int) -> None:
        self.scenes_per_s = scenes_per_s

    def describe(self, scene: bytes) -> None:
        """Nothing is sent."""


def main() -> None:
    """The medians of seven turns of 1,000 frames."""
    unasked, once, always = (_per_frame_us(per_s) for per_s in (0, 1, round(FPS)))
    details = {"scenes_us_unasked": unasked, "scenes_us_described": always}
    sys.stdout.write(json.dumps({"figures": {"scenes_us_per_frame": once}, "details": details}) + "\n")


def _per_frame_us(per_s: int) -> float:
    """One analysed frame, shown again and again at the times of its successors."""
    owner = Owner(_plan(), 0, 0.0).see(PEOPLE, 0, 4)
    jpegs, watches = JpegEncoder(), {Task.OCCUPANCY: owner.watch}
    link: Any = Link(per_s)
    sink, condition = CameraSink(_plan(), link, jpegs), _condition()

    def turn(first: int) -> float:
        begun = process_time()
        for number in range(first, first + FRAMES):
            owner.watch.frame = replace(owner.watch.frame, at_ms=number * STEP_MS)
            sink.show(owner.watch.frame, condition, watches)
        return (process_time() - begun) / FRAMES * 1e6

    cost = round(median(turn(number * FRAMES) for number in range(TURNS)), 1)
    assert not jpegs.count, "a picture was encoded"
    return cost


def _plan() -> CameraPlan:
    whole = [[0, 0], [1, 0], [1, 1], [0, 1]]
    areas = [{"number": one, "name": f"Area {one}", "status": True, "polygon": whole} for one in range(1, AREAS + 1)]
    return replace(plan(), occupancy=ExtensionPlan(OccupancySettings.from_json({"areas": areas})))


def _condition() -> Condition:
    online = CameraStatus(CaptureState.ONLINE, FPS, time.time(), "", 0, 0, False, 320, 180, time.time())
    return Condition(online, FPS, FPS, {Task.OCCUPANCY: Post("bars")})


if __name__ == "__main__":
    main()
