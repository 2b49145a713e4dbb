"""How many more cameras a quiet picture allows (`quiet_gain`, `quiet_gain_pvb`), and what that costs in right counts.

The whole chain on one thread, decoding included, with the motion gate over the same without it, interleaved; the clip
is still for four fifths of its time. `quiet_error_change`: how much further from the truth the counts are, or nearer.

    python -m tests.bench.quiet     prints JSON
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice, pairwise
from pathlib import Path
from typing import Any

from analytics.engine.inference.detector import Detector
from analytics.engine.inference.onnx import open_detector
from analytics.engine.pipeline import CameraPipeline, FrameResult
from analytics.training.counts import FPS, Truth, Verdict, judged, mean_error, settings_of
from cameras.capture.clip import ClipReader
from tests.bench.material import SLICE, Pass, clip_kept, compared, interleaved, one_thread, pictures

BUSY, EMPTY = "people-one-by-one", "parking-empty"
STILL = 0.8  # share of the clip's time
NETWORKS = {"": ("fastestdet-352", 5), "_pvb": ("person-vehicle-bike-2001-384", 2)}  # and how many pairs


@dataclass(frozen=True, slots=True)
class QuietClip:
    """People once, and after them an empty car park over and over. still_s: how long nobody is there, all in all."""

    path: Path
    truth: Truth
    still_s: float


def quiet_clip(media: Path, folder: Path) -> QuietClip:
    """Encoded as a camera's substream of five pictures a second, once, and kept."""
    busy, empty = (json.loads((media / f"{name}.truth.json").read_text(encoding="utf-8")) for name in (BUSY, EMPTY))
    begin_s = busy["duration"]
    end_s = round((begin_s - deserted_s(busy)) / (1 - STILL), 3)
    shown = chain(pictures(media / busy["clip"], FPS), _rounds(media / empty["clip"]))
    path = clip_kept(folder / "quiet-640x360-camera.mp4", islice(shown, round(end_s * FPS)), round(FPS))
    frames = [*busy["frames"], *_moved(empty, begin_s, end_s)]
    return QuietClip(path, {"clip": path.name, "frames": frames}, end_s * STILL)


def deserted_s(truth: Truth) -> float:
    """Seconds with nobody in the picture; an instant of the truth speaks for the time that is nearest to it."""
    at_s = [frame["t"] for frame in truth["frames"]]
    edges = [0.0, *((one + next_one) / 2 for one, next_one in pairwise(at_s)), truth["duration"]]
    spans = zip(truth["frames"], pairwise(edges), strict=True)
    return sum(end - begin for frame, (begin, end) in spans if not frame["human"])


def _rounds(recording: Path) -> Iterator[Any]:
    return chain.from_iterable(pictures(recording, FPS) for _ in count())


def _moved(truth: Truth, begin_s: float, end_s: float) -> list[dict[str, Any]]:
    """Its instants where they lie in the clip, round after round."""
    rounds = range(int((end_s - begin_s) / truth["duration"]) + 1)
    moved = [
        frame | {"t": begin_s + number * truth["duration"] + frame["t"]}
        for number in rounds
        for frame in truth["frames"]
    ]
    return [frame for frame in moved if frame["t"] < end_s]


class Watch:
    """The chain of one camera on the clip; keeps what it found in its last pass."""

    def __init__(self, clip: QuietClip, detector: Detector, *, motion_gate: bool) -> None:
        self._clip, self._detector, self._motion_gate = clip, detector, motion_gate
        self._settings = settings_of(clip.truth)
        self.results: list[FrameResult] = []

    def begin(self) -> Pass:
        """See `Side`."""
        self._pipeline = CameraPipeline(self._detector, self._settings, fps=FPS, motion_gate=self._motion_gate)
        self._frames = iter(ClipReader(self._clip.path))
        self._done, self.results = Pass(), []
        return self._done

    def go(self, frames: int) -> None:
        """See `Side`."""
        begin = time.perf_counter()
        results = [self._pipeline.step(frame) for frame in islice(self._frames, frames)]
        self._done.add(time.perf_counter() - begin, len(results), sum(len(result.tracks) for result in results))
        self.results += results

    def verdicts(self) -> list[Verdict]:
        """Of the last pass, which was a whole one."""
        return judged(self._clip.truth, self.results)


def quiet_gain(clip: QuietClip, detector: Detector, pairs: int) -> dict[str, Any]:
    """Frames a second with the gate over those without it, and the errors of both counts."""
    gated, ungated = (Watch(clip, detector, motion_gate=gate) for gate in (True, False))
    length = len(list(ClipReader(clip.path)))
    turns = -(-length // SLICE)  # the last turn is a short one: both go through all of the clip
    with one_thread():
        found = compared(interleaved(gated, ungated, turns * SLICE, pairs), "ungated")
    errors = {name: _errors(side) for name, side in (("gated", gated), ("ungated", ungated))}
    change = abs(errors["gated"]["error"] - errors["ungated"]["error"])
    return found | errors | {"error_change": round(change, 4), "seconds": length / FPS, "still_s": clip.still_s}


def _errors(side: Watch) -> dict[str, float]:
    verdicts = side.verdicts()
    return {
        "error": mean_error([one.error for one in verdicts]),
        "instants": len(verdicts),
        "looks": sum(result.inferred for result in side.results),
    }


def measured(media: Path, data: Path, networks: Sequence[Path]) -> tuple[dict[str, float], dict[str, Any]]:
    """Figures and details of both networks."""
    clip = quiet_clip(media, data / "bench")
    details = {
        f"quiet_gain{suffix}": quiet_gain(clip, open_detector(network_id, networks), pairs)
        for suffix, (network_id, pairs) in NETWORKS.items()
    }
    figures = {name: found["ratio"] for name, found in details.items()}
    figures |= {name.replace("gain", "error_change"): found["error_change"] for name, found in details.items()}
    return figures, details


def main() -> None:
    """Measure with the portal's own folders."""
    from portal import settings

    if settings.MEDIA_CLIPS is None:
        sys.exit("no folder of clips (LOOKOUT_MEDIA): the chain is measured on real video")
    figures, details = measured(settings.MEDIA_CLIPS, settings.DATA, settings.NETWORK_FOLDERS)
    sys.stdout.write(json.dumps({"figures": figures, "details": details}) + "\n")


if __name__ == "__main__":
    main()
