"""What is saved by not looking, not decoding and not copying, and what it costs in right counts; without a target.

Processor time of one thread, the median of turns that take turns; errors are those of the portal's own network.

    python -m tests.bench.savings     prints JSON
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from pathlib import Path
from statistics import median
from time import thread_time
from typing import Any

import cv2
import numpy as np
from av import VideoFrame

from analytics.engine.inference.detector import Detector
from analytics.engine.inference.onnx import open_detector
from analytics.engine.pipeline import CameraPipeline
from analytics.training.counts import FPS, Truth, judge, judged, mean_error, settings_of, truths
from analytics.workers.clipring import ClipRing
from cameras.capture.clip import ClipReader, Recording
from cameras.capture.frame import Frame
from cameras.capture.keys import KeyPictures
from cameras.capture.pace import Pace
from cameras.capture.planes import PlaneReader
from tests.bench.material import CAMERA, CLIP, SETTINGS, clip_kept, one_thread, pictures

MAIN_FPS, SLOW_FPS, TURNS = 25, 1.0, 5
# A key picture a second at 25 pictures a second, and no others.
EVERY_SECOND: Mapping[str, str] = CAMERA | {"g": str(MAIN_FPS), "sc_threshold": "0"}
SIZES = (640, 360), (1920, 1080)


def gate(media: Path, detector: Detector) -> dict[str, float]:
    """Errors on all clips with truth; what it gains is in `quiet`."""
    both = {
        name: [one.error for truth in truths(media) for one in judge(truth, media, detector, motion_gate=on)]
        for name, on in (("error_gated", True), ("error_ungated", False))
    }
    return {name: round(mean_error(errors), 4) for name, errors in both.items()}


def substream(media: Path, folder: Path, detector: Detector) -> dict[str, float]:
    """Five pictures a second are analysed, of a stream of 25 and of one of five; and of a main stream of 25."""
    main = clip_kept(folder / "people-25-camera.mp4", smooth(media / CLIP, MAIN_FPS), MAIN_FPS)
    sub = clip_kept(folder / "people-5-camera.mp4", pictures(media / CLIP, FPS), round(FPS))
    shown = islice(smooth(media / CLIP, MAIN_FPS), 10 * MAIN_FPS)
    large = clip_kept(folder / "people-25-1920x1080-camera.mp4", shown, MAIN_FPS, size=SIZES[1])
    ways = {"main": lambda: ClipReader(main, FPS), "sub": lambda: ClipReader(sub, FPS)}
    return _compared(ways, _truth(media), detector, FPS) | {
        "main_1080_ms": round(median(_spent(ClipReader(large, FPS)) for _ in range(TURNS)), 4)
    }


def key_pictures(media: Path, folder: Path, detector: Detector) -> dict[str, float]:
    """One picture a second is analysed, of a stream of 25 with one key picture: all decoded, or key pictures only."""
    path = folder / "people-25-keys-camera.mp4"
    main = clip_kept(path, smooth(media / CLIP, MAIN_FPS), MAIN_FPS, options=EVERY_SECOND)
    ways = {"all": lambda: slow(main, None), "keys": lambda: slow(main, KeyPictures(SLOW_FPS))}
    five_a_second = _error(ClipReader(main, FPS), _truth(media), detector, FPS)
    return _compared(ways, _truth(media), detector, SLOW_FPS) | {"five_a_second_error": five_a_second}


def planes(media: Path, folder: Path, networks: Sequence[Path]) -> dict[str, float]:
    """The chain with FastestDet, decoding included, on planes that the decoder lends, and on a copy of each picture."""
    detector = open_detector("fastestdet-352", networks)
    found: dict[str, float] = {}
    for width, height in SIZES:
        path, shown = folder / f"people-{width}x{height}-100.mp4", islice(pictures(media / CLIP), 100)
        clip = clip_kept(path, shown, 10, size=(width, height))
        orders = ((True, False), (False, True)) * TURNS
        turns = [{copied: _chain_ms(clip, detector, copied=copied) for copied in order} for order in orders]
        found |= {
            f"copied_ms_{height}": round(median(turn[True] for turn in turns), 4),
            f"lent_ms_{height}": round(median(turn[False] for turn in turns), 4),
            f"saved_{height}": round(median(1 - turn[False] / turn[True] for turn in turns), 4),
        }
    return found


def _chain_ms(clip: Path, detector: Detector, *, copied: bool) -> float:
    """Processor milliseconds a frame. What was kept of five seconds stays, as it does for the clips of alarms."""
    recording, reader, ring = Recording(clip), PlaneReader(), ClipRing()
    pipeline = CameraPipeline(detector, SETTINGS, motion_gate=False)
    begun = thread_time()
    for number, (at_ms, picture) in enumerate(recording.pictures()):
        frame = reader.frame(picture, number, at_ms=round(at_ms), taken_at=at_ms / 1000)
        frame = frame.copied() if copied else frame
        pipeline.step(frame)
        ring.add(frame, ())
    spent = thread_time() - begun
    recording.close()
    return spent * 1000 / (number + 1)


def smooth(recording: Path, fps: int) -> Iterator[VideoFrame]:
    """So many pictures a second as the recording has not: each between two of them is made of both."""
    number = 0
    for one, later in pairwise(pictures(recording)):
        while (at := (number / fps - one.time) / (later.time - one.time)) < 1:
            number += 1
            image = cv2.addWeighted(one.to_ndarray(), 1 - at, later.to_ndarray(), at, 0)
            yield VideoFrame.from_ndarray(np.asarray(image, dtype=np.uint8), format="yuv420p")


def slow(clip: Path, keys: KeyPictures | None) -> Iterator[Frame]:
    """One picture a second, as a camera's source gives it."""
    recording, pace, reader = Recording(clip), Pace(SLOW_FPS), PlaneReader()
    for number, (at_ms, picture) in enumerate(recording.pictures(keys)):
        if pace.due(at_ms):
            yield Frame(number, round(at_ms), at_ms / 1000, reader.image(picture))
    recording.close()


def _compared(
    ways: Mapping[str, Callable[[], Iterable[Frame]]], truth: Truth, detector: Detector, fps: float
) -> dict[str, float]:
    """Milliseconds for each frame of each way, decoded and copied, and how wrong the counts of these frames are."""
    turns = [{name: _spent(way()) for name, way in ways.items()} for _ in range(TURNS)]
    found = {f"{name}_ms": round(median(turn[name] for turn in turns), 4) for name in ways}
    return found | {f"{name}_error": _error(way(), truth, detector, fps) for name, way in ways.items()}


def _spent(frames: Iterable[Frame]) -> float:
    """Processor milliseconds of this thread for each of them."""
    begun = thread_time()
    length = sum(1 for _ in frames)
    return (thread_time() - begun) * 1000 / length


def _truth(media: Path) -> Truth:
    return next(truth for truth in truths(media) if truth["clip"] == CLIP)


def _error(frames: Iterable[Frame], truth: Truth, detector: Detector, fps: float) -> float:
    pipeline = CameraPipeline(detector, settings_of(truth), fps=fps)
    return round(mean_error([one.error for one in judged(truth, [pipeline.step(frame) for frame in frames])]), 4)


def main() -> None:
    """Measure with the portal's own folders."""
    from portal import settings

    if settings.MEDIA_CLIPS is None:
        sys.exit("no folder of clips (LOOKOUT_MEDIA): savings are measured on real video")
    media, folder, networks = settings.MEDIA_CLIPS, settings.DATA / "bench", settings.NETWORK_FOLDERS
    detector = open_detector(None, networks)
    with one_thread():
        details: dict[str, Any] = {
            "network": detector.network.id,
            "gate": gate(media, detector),
            "substream": substream(media, folder, detector),
            "key_pictures": key_pictures(media, folder, detector),
            "planes": planes(media, folder, networks),
        }
    sys.stdout.write(json.dumps({"figures": {}, "details": details}) + "\n")


if __name__ == "__main__":
    main()
