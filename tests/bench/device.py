"""Looks a second of the device that networks run on, one picture in a run and several: `device_looks_per_s`.

The best network that is there, its inference pool, and as many threads as cameras, each with pictures of a clip that
are decoded already; so neither reading nor tracking is part of it. What runs is the deployment's choice
(LOOKOUT_PROVIDERS): on a CPU it shows why no picture waits for another there.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from analytics.engine.inference.detections import Kind
from analytics.engine.inference.onnx import OnnxDetector, open_detector
from analytics.engine.inference.pool import InferencePool
from analytics.engine.inference.providers import InferenceChoice
from cameras.capture.clip import ClipReader
from cameras.capture.frame import Frame

CLIP = "people-one-by-one.mp4"
CAMERAS, PICTURES, TURNS = 64, 32, 3
TOGETHER = (1, 4, 16)
SECONDS = 3.0  # a turn
FLOOR = dict.fromkeys(Kind, 0.1)


def device_looks(media: Path, networks: Sequence[Path], choice: InferenceChoice) -> dict[str, Any]:
    """Median looks/s of interleaved turns, by the most pictures in a run, and what they ran on."""
    frames = list(islice(ClipReader(media / CLIP), PICTURES))
    pools = [InferencePool() for _ in TOGETHER]
    detectors = [
        open_detector(None, networks, pool, choice=replace(choice, together=most))
        for most, pool in zip(TOGETHER, pools, strict=True)
    ]
    turns = [[_turn(detector, frames) for detector in detectors] for _ in range(TURNS)]
    for pool in pools:
        pool.close()
    looks = [sorted(column)[TURNS // 2] for column in zip(*turns, strict=True)]
    by_most = {one.running.together: round(rate, 1) for one, rate in zip(detectors, looks, strict=True)}
    return {"device": detectors[-1].running.title, "network": detectors[-1].network.id, "looks_per_s": by_most}


def _turn(detector: OnnxDetector, frames: Sequence[Frame]) -> float:
    begin = time.perf_counter()

    def camera(number: int) -> int:
        looks = 0
        while time.perf_counter() - begin < SECONDS:
            detector.detect(frames[(number + looks) % len(frames)], FLOOR)
            looks += 1
        return looks

    with ThreadPoolExecutor(CAMERAS) as cameras:
        looks = sum(cameras.map(camera, range(CAMERAS)))
    return looks / (time.perf_counter() - begin)


def main() -> None:
    """Measure with the portal's own folders and choice."""
    from portal import settings
    from tests.bench.stage import media_folder

    found = device_looks(media_folder(), settings.NETWORK_FOLDERS, settings.INFERENCE)
    figures = {"device_looks_per_s": max(found["looks_per_s"].values())}
    sys.stdout.write(json.dumps({"figures": figures, "details": found}) + "\n")


if __name__ == "__main__":
    main()
