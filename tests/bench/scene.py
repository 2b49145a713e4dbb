"""What scene advice costs (CAM-8): `scene_ms_per_frame`, CPU time of the watch over all frames of a camera, 5 a second.

python -m tests.bench.scene     prints JSON: 640×360, and in the details 1920×1080 and one look by itself
"""

import json
import sys
from collections.abc import Sequence
from statistics import median
from time import process_time

import numpy as np

from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.result import FrameResult
from analytics.engine.scene.watch import EVERY_MS, SceneWatch
from analytics.engine.tracking.tracks import Tracks
from cameras.capture.frame import Frame
from cameras.capture.scene import SceneSettings, SceneSource
from tests.bench.material import one_thread

FPS, SECONDS, TURNS, PICTURES, PEOPLE = 5, 120, 5, 20, 8
STEP_MS = 1000 // FPS


def main() -> None:
    """The median of five turns of two minutes each."""
    with one_thread():
        small, large = (_per_frame_ms(*size) for size in ((640, 360), (1920, 1080)))
    details = {
        "scene_ms_per_frame_1080p": large,
        "scene_ms_per_look": round(small * EVERY_MS / STEP_MS, 3),
        "scene_ms_per_look_1080p": round(large * EVERY_MS / STEP_MS, 3),
    }
    sys.stdout.write(json.dumps({"figures": {"scene_ms_per_frame": small}, "details": details}) + "\n")


def _per_frame_ms(width: int, height: int) -> float:
    source = SceneSource(SceneSettings(width=width, height=height))
    images = [source.frame(number * 10).image for number in range(PICTURES)]
    return round(median(_turn(images) for _ in range(TURNS)), 4)


def _turn(images: Sequence[np.ndarray]) -> float:
    """Frames whose pictures are told apart by their number only; the view is learnt on the way."""
    frames = [
        Frame(number, number * STEP_MS, number / FPS, images[number // FPS % PICTURES])
        for number in range(SECONDS * FPS)
    ]
    results = [_result(frame) for frame in frames]
    watch = SceneWatch()
    begun = process_time()
    for frame, result in zip(frames, results, strict=True):
        watch.look(frame, result)
    return (process_time() - begun) / len(frames) * 1000


def _result(frame: Frame) -> FrameResult:
    left = np.linspace(0.05, 0.85, PEOPLE, dtype=np.float32)
    boxes = np.stack([left, np.full_like(left, 0.4), left + 0.05, np.full_like(left, 0.6)], axis=1)
    score = np.full(PEOPLE, 0.9, np.float32)
    kind, none = np.full(PEOPLE, Kind.HUMAN, np.int8), np.zeros(PEOPLE, np.int32)
    tracks = Tracks(np.arange(1, PEOPLE + 1, dtype=np.int64), boxes, score, score, kind, none)
    return FrameResult(
        frame_number=frame.number,
        at_ms=frame.at_ms,
        taken_at=frame.taken_at,
        width=frame.width,
        height=frame.height,
        tracks=tracks,
        raw={},
        count={},
        areas=(),
        picture_count=PEOPLE,
        saturated=False,
        monochrome=False,
        inferred=True,
        faint=Detections.empty(),
        events=(),
    )


if __name__ == "__main__":
    main()
