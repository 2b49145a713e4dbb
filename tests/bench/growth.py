"""How cost grows with objects, areas and viewers; with cameras it is in scale.py.

`objects`: milliseconds of processor time of everything that follows the network (tracks, areas, timers) for a frame
with so many people, who walk about, in one area and in four. `viewers`: share of a core that a web process takes for so
many viewers of one camera at 5 frames/s.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.crowd import AREAS
from tests.bench.stage import session_of, stage, web

OBJECTS, FRAMES, TURNS = (0, 1, 10, 20, 40), 1000, 5
VIEWERS, VIEWERS_S = (0, 50, 100, 200), 8.0
SIZE = np.array([0.025, 0.07])  # half of a person, of the picture
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    objects = {f"{number} in {areas}": _frame_ms(number, areas) for areas in (1, 4) for number in OBJECTS}
    details = {"objects_ms": objects, "viewers_core": _viewers()}
    sys.stdout.write(json.dumps({"figures": {"frame_40_objects_ms": objects["40 in 4"]}, "details": details}) + "\n")


# --- Objects and areas ------------------------------------------------------------------------------------------------
class Walkers:
    """A detector that looks at nothing and finds so many people on slow circles."""

    def __init__(self, number: int) -> None:
        chance = np.random.default_rng(number)
        self._places = chance.uniform(0.1, 0.9, (number, 2)).astype(np.float32)
        self._phase = chance.uniform(0, 2 * np.pi, number).astype(np.float32)
        self._frame = 0

    def detect(self, _frame: Any, _floor: Mapping[Any, float]) -> Any:
        """People of a twentieth of the picture's width."""
        from analytics.engine.inference.detections import Detections

        self._frame += 1
        turn = self._frame * 0.05 + self._phase
        centre = self._places + 0.03 * np.stack((np.cos(turn), np.sin(turn)), axis=1)
        xyxy = np.concatenate((centre - SIZE, centre + SIZE), axis=1).astype(np.float32)
        number = len(xyxy)
        head = np.full(number, np.nan, np.float32)
        return Detections(xyxy, np.full(number, 0.8, np.float32), head, np.zeros(number, np.int8))


def _frame_ms(objects: int, areas: int) -> float:
    """The quickest of some turns, which nothing held up; the first one settles the tracks and does not count."""
    from analytics.engine.pipeline import CameraPipeline
    from cameras.capture.frame import Frame
    from cameras.extensions.occupancy import AreaSettings, OccupancySettings

    polygons = list(enumerate(AREAS[:areas], start=1))
    settings = OccupancySettings(areas=tuple(AreaSettings(one, f"{one}", True, shape) for one, shape in polygons))
    pipeline = CameraPipeline(Walkers(objects), settings, motion_gate=False)  # type: ignore[arg-type]  # finds, nothing more
    image, turns = np.full((540, 640), 128, np.uint8), []
    for turn in range(TURNS + 1):
        begin = time.thread_time()
        for one in range(turn * FRAMES, (turn + 1) * FRAMES):
            pipeline.step(Frame(one, one * 200, one / 5, image))
        turns.append((time.thread_time() - begin) * 1000 / FRAMES)
    return round(min(turns[1:]), 3)


# --- Viewers ----------------------------------------------------------------------------------------------------------
def _viewers() -> dict[int, float]:
    from tests.bench.viewers import camera_make, watch

    found = {}
    with stage() as here:
        camera, cookie = camera_make(), session_of("bench")
        with web(here) as pid:
            for number in VIEWERS:
                before, begin = _spent_s(pid), time.monotonic()
                asyncio.run(watch(here, camera, cookie, viewers=number, seconds=VIEWERS_S))
                found[number] = round((_spent_s(pid) - before) / (time.monotonic() - begin), 3)
    return found


def _spent_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


if __name__ == "__main__":
    main()
