"""How right the counts of the chain are on the clips with truth: the score of the media folder's README.

`python -m tests.analytics.accuracy MEDIA NETWORKS ID…` prints the table for some networks, motion gate off and on; the
first two are folders.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analytics.engine.inference.detections import Kind
from analytics.engine.inference.detector import Detector
from analytics.engine.inference.onnx import open_detector
from analytics.engine.pipeline import CameraPipeline, FrameResult
from cameras.capture.clip import ClipReader
from cameras.extensions.areas import AreaSettings
from cameras.extensions.occupancy import OccupancySettings
from cameras.extensions.polygon import FULL_SCREEN

FPS = 5.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One kind at one instant of one clip. error: how far a count is from the truth, beyond its tolerance."""

    clip: str
    t: float
    kind: str
    truth: int
    raw: int
    count: int
    tolerance: int

    @property
    def raw_error(self) -> int:
        return max(0, abs(self.raw - self.truth) - self.tolerance)

    @property
    def error(self) -> int:
        return max(0, abs(self.count - self.truth) - self.tolerance)


def truths(media: Path) -> list[dict[str, Any]]:
    """The occupancy clips: those whose truth counts humans."""
    found = [json.loads(path.read_text()) for path in sorted(media.glob("*.truth.json"))]
    return [truth for truth in found if "human" in truth["frames"][0]]


def judge(truth: dict[str, Any], media: Path, detector: Detector, *, motion_gate: bool) -> list[Verdict]:
    """Run the chain over one clip; every instant of the truth is compared with the analysed frame nearest to it."""
    settings = _settings(truth.get("zone", FULL_SCREEN))
    pipeline = CameraPipeline(detector, settings, fps=FPS, motion_gate=motion_gate)
    with ClipReader(media / truth["clip"], FPS) as reader:
        results = [pipeline.step(frame) for frame in reader]
    at_s = np.array([result.at_ms / 1000 for result in results])
    nearest = [(frame, results[int(np.abs(at_s - frame["t"]).argmin())]) for frame in truth["frames"]]
    return [verdict for frame, result in nearest for verdict in _verdicts(truth["clip"], frame, result)]


def _settings(zone: Sequence[Sequence[float]]) -> OccupancySettings:
    """An area for each kind in the clip's zone: only objects there were counted for the truth."""
    polygon = tuple((float(x), float(y)) for x, y in zone)
    return OccupancySettings(
        areas=tuple(
            AreaSettings(int(kind) + 1, kind.label, status=True, polygon=polygon, objects=(kind.label,))
            for kind in Kind
        )
    )


def _verdicts(clip: str, frame: dict[str, Any], result: FrameResult) -> Iterator[Verdict]:
    for area, kind in zip(result.areas, Kind, strict=True):
        label = kind.label
        yield Verdict(clip, frame["t"], label, frame[label], area.raw, area.count, frame.get("tol", 0))


def worse(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Instants from one second on at which the tracked count is further from the truth than the raw one."""
    return [one for one in verdicts if one.t >= 1 and one.error > one.raw_error]


def mean_error(errors: Sequence[int]) -> float:
    """MAE, beyond the tolerances."""
    return sum(errors) / len(errors)


def exact(errors: Sequence[int]) -> float:
    """0..1: how many are right."""
    return errors.count(0) / len(errors)


def table(verdicts: Sequence[Verdict]) -> str:
    """A line per clip and one for all: mean error and exact share, raw and tracked."""
    lines = [f"{'clip':26} {'n':>4} {'raw MAE':>8} {'exact':>7} {'tracked MAE':>12} {'exact':>7} {'worse':>6}"]
    clips = list(dict.fromkeys(one.clip for one in verdicts))
    for clip in [*clips, None]:
        some = [one for one in verdicts if clip in (None, one.clip)]
        raw, tracked = [one.raw_error for one in some], [one.error for one in some]
        lines.append(
            f"{clip or 'all':26} {len(some):4} {mean_error(raw):8.3f} {exact(raw):7.1%} "
            f"{mean_error(tracked):12.3f} {exact(tracked):7.1%} {len(worse(some)):6}"
        )
    return "\n".join(lines)


def main(media: Path, networks: Path, ids: Sequence[str]) -> None:
    """Print the tables."""
    for network in ids:
        detector = open_detector(network, [networks])
        for motion_gate in (False, True):
            judged = [judge(truth, media, detector, motion_gate=motion_gate) for truth in truths(media)]
            print(f"\n{network}, motion gate {'on' if motion_gate else 'off'}")
            print(table([verdict for some in judged for verdict in some]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
