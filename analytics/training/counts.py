"""How right the counts are on the clips with truth: the score of the media folder's README.

The clips judge. Nothing is ever fitted on them, and thresholds are those of the portal's defaults.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.detector import Detector
from analytics.engine.pipeline import CameraPipeline, FrameResult
from cameras.capture.clip import ClipReader
from cameras.capture.frame import Frame
from cameras.extensions.areas import AreaSettings
from cameras.extensions.occupancy import OccupancySettings
from cameras.extensions.polygon import FULL_SCREEN

FPS = 5.0
WORKING_POINT = 0.25  # the portal's default threshold
# A painting of a masked face hangs there, which is nobody: where the middle of its box lies, x1 y1 x2 y2.
PAINTED: Mapping[str, tuple[float, float, float, float]] = {"faces-mask-on.mp4": (0.44, 0.16, 0.57, 0.40)}

Truth = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One kind at one instant of one clip. error: how far a count is from the truth, beyond its tolerance.

    raw: what was detected.    count: what came of it: tracked objects; of faces, those that are not painted.
    """

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


def truths(media: Path, kind: str = "human") -> list[Truth]:
    """The clips whose truth counts `kind`: `human` for those of occupancy, `mask` for those of faces."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(media.glob("*.truth.json"))]
    return [truth for truth in found if kind in truth["frames"][0]]


def judge(truth: Truth, media: Path, detector: Detector, *, motion_gate: bool) -> list[Verdict]:
    """Run the chain over one clip; every instant of the truth is compared with the analysed frame nearest to it."""
    pipeline = CameraPipeline(detector, settings_of(truth), fps=FPS, motion_gate=motion_gate)
    with ClipReader(media / truth["clip"], FPS) as reader:
        return judged(truth, [pipeline.step(frame) for frame in reader])


def settings_of(truth: Truth) -> OccupancySettings:
    """An area for each kind that was counted, in the clip's zone: only objects there were counted for the truth."""
    polygon = tuple((float(x), float(y)) for x, y in truth.get("zone", FULL_SCREEN))
    areas = (
        AreaSettings(number, kind.label, status=True, polygon=polygon, objects=(kind.label,))
        for number, kind in enumerate(_kinds(truth), start=1)
    )
    return OccupancySettings(areas=tuple(areas))


def judged(truth: Truth, results: Sequence[FrameResult]) -> list[Verdict]:
    """What a chain with the settings of this truth counted, beside it."""
    kinds = _kinds(truth)
    at_s = np.array([result.at_ms / 1000 for result in results])
    nearest = [(instant, results[int(np.abs(at_s - instant["t"]).argmin())]) for instant in truth["frames"]]
    return [verdict for instant, result in nearest for verdict in _verdicts(truth["clip"], kinds, instant, result)]


def judge_faces(truth: Truth, media: Path, detector: Detector) -> list[Verdict]:
    """Look at the frame nearest to every instant of the truth; nothing is tracked."""
    kinds = _kinds(truth)
    with ClipReader(media / truth["clip"]) as reader:
        frames = nearest_frames(reader, [instant["t"] for instant in truth["frames"]])
    verdicts = []
    for instant, frame in zip(truth["frames"], frames, strict=True):
        found = detector.detect(frame, dict.fromkeys(kinds, WORKING_POINT))
        alive = found.select(~_painted(found, truth["clip"]))
        for kind in kinds:
            raw, count = (int((some.kind == kind).sum()) for some in (found, alive))
            verdicts.append(_verdict(truth["clip"], kind, instant, raw, count))
    return verdicts


def nearest_frames(frames: Iterable[Frame], instants_s: Sequence[float]) -> list[Frame]:
    """For each instant the frame whose time is nearest, the earlier of two. Raises ValueError without frames."""
    nearest: list[Frame] = []
    for frame in frames:
        nearest = nearest or [frame] * len(instants_s)
        nearest = [_nearer(old, frame, t) for old, t in zip(nearest, instants_s, strict=True)]
    if not nearest:
        raise ValueError("the clip holds no frame")
    return nearest


def _nearer(old: Frame, new: Frame, t: float) -> Frame:
    return new if abs(new.at_ms / 1000 - t) < abs(old.at_ms / 1000 - t) else old


def _painted(found: Detections, clip: str) -> NDArray[np.bool_]:
    """bool (n,): whose box has its middle in the painting."""
    left, top, right, bottom = PAINTED.get(clip, (2, 2, 2, 2))
    across, down = (found.xyxy[:, :2] + found.xyxy[:, 2:]).T / 2
    inside: NDArray[np.bool_] = (left <= across) & (across <= right) & (top <= down) & (down <= bottom)
    return inside


def _kinds(truth: Truth) -> list[Kind]:
    """What was counted in the clip."""
    return [kind for kind in Kind if kind.label in truth["frames"][0]]


def _verdicts(clip: str, kinds: Sequence[Kind], instant: Mapping[str, Any], result: FrameResult) -> Iterator[Verdict]:
    for area, kind in zip(result.areas, kinds, strict=True):
        yield _verdict(clip, kind, instant, area.raw, area.count)


def _verdict(clip: str, kind: Kind, instant: Mapping[str, Any], raw: int, count: int) -> Verdict:
    return Verdict(clip, instant["t"], kind.label, instant[kind.label], raw, count, instant.get("tol", 0))


def worse(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Instants from one second on at which the tracked count is further from the truth than the raw one."""
    return [one for one in verdicts if one.t >= 1 and one.error > one.raw_error]


def mean_error(errors: Sequence[int]) -> float:
    """MAE, beyond the tolerances."""
    return sum(errors) / len(errors)


def exact(errors: Sequence[int]) -> float:
    """0..1: how many are right."""
    return errors.count(0) / len(errors)


def by_clip(verdicts: Sequence[Verdict]) -> dict[str, list[Verdict]]:
    """Those of each clip, in their order."""
    clips: dict[str, list[Verdict]] = {}
    for one in verdicts:
        clips.setdefault(one.clip, []).append(one)
    return clips


def table(verdicts: Sequence[Verdict], names: tuple[str, str] = ("raw", "tracked")) -> str:
    """A line per clip and one for all: mean error and exact share of `raw` and `count`, under these names."""
    raw_name, name = (f"{one} MAE" for one in names)
    lines = [f"{'clip':26} {'n':>4} {raw_name:>12} {'exact':>7} {name:>12} {'exact':>7} {'worse':>6}"]
    for clip, some in [*by_clip(verdicts).items(), ("all", list(verdicts))]:
        raw, tracked = [one.raw_error for one in some], [one.error for one in some]
        lines.append(
            f"{clip:26} {len(some):4} {mean_error(raw):12.3f} {exact(raw):7.1%} "
            f"{mean_error(tracked):12.3f} {exact(tracked):7.1%} {len(worse(some)):6}"
        )
    return "\n".join(lines)
