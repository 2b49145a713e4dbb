"""Pictures for the scene watch: drawn ones and clips, spoilt on purpose, with the result that analysis would give."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.result import FrameResult
from analytics.engine.scene.advice import Advice, Change
from analytics.engine.scene.watch import SceneWatch
from analytics.engine.tracking.tracks import Tracks
from cameras.capture.frame import Frame
from cameras.capture.scene import SceneSettings, SceneSource

BEGIN = 1_795_000_000.0  # POSIX seconds at 0 of the capture clock
Picture = NDArray[np.uint8]
Spoil = Callable[[Picture], Picture]


def as_it_is(luma: Picture) -> Picture:
    return luma


def darker(luma: Picture) -> Picture:
    """As with a tenth of the light."""
    return np.asarray(16 + (luma.astype(np.float32) - 16).clip(0) * 0.1, np.uint8)


def foggy(luma: Picture) -> Picture:
    return np.asarray(150 + (luma.astype(np.float32) - 128) * 0.08, np.uint8)


def glaring(luma: Picture) -> Picture:
    return np.asarray(np.minimum(luma.astype(np.float32) + 130, 235), np.uint8)


def blurred(luma: Picture) -> Picture:
    return np.asarray(cv2.GaussianBlur(luma, (0, 0), 3 * max(1, luma.shape[1] / 640)), np.uint8)


def shifted(across: float, down: float = 0.0) -> Spoil:
    """By fractions of the picture."""

    def spoil(luma: Picture) -> Picture:
        height, width = luma.shape
        way = np.array([[1, 0, across * width], [0, 1, down * height]], np.float32)
        return np.asarray(cv2.warpAffine(luma, way, (width, height), borderMode=cv2.BORDER_REFLECT), np.uint8)

    return spoil


@cache
def drawn(second: int, seed: int = 1) -> Frame:
    """The simulated square at a second of its own time."""
    return SceneSource(SceneSettings(seed=seed)).frame(second * 10)


def spoilt(frame: Frame, spoil: Spoil, *, at_ms: int) -> Frame:
    """A copy, taken at `at_ms` of the capture clock."""
    image = frame.image.copy()
    image[: frame.height] = spoil(frame.luma())
    return Frame(at_ms // 200, at_ms, BEGIN + at_ms / 1000, image)


def show(begin_s: int, end_s: int, spoil: Spoil = as_it_is, *, seed: int = 1) -> Iterator[Frame]:
    """A picture a second of the square; who walks about walks on."""
    return (spoilt(drawn(second % 60, seed), spoil, at_ms=second * 1000) for second in range(begin_s, end_s))


def shaking(begin_s: int, end_s: int, share: float) -> Iterator[Frame]:
    """The square from a mast in the wind, swinging by `share` of the picture."""
    dice = np.random.default_rng(1)
    for second in range(begin_s, end_s):
        yield spoilt(drawn(second % 60), shifted(*dice.uniform(-share, share, 2)), at_ms=second * 1000)


def result(frame: Frame, tracks: Tracks | None = None, **changes: object) -> FrameResult:
    """What analysis says of a frame in which nobody is, unless told otherwise."""
    found = FrameResult(
        frame_number=frame.number,
        at_ms=frame.at_ms,
        taken_at=frame.taken_at,
        width=frame.width,
        height=frame.height,
        tracks=tracks or Tracks.empty(),
        raw={},
        count={},
        areas=(),
        picture_count=0,
        saturated=False,
        monochrome=False,
        inferred=True,
        faint=Detections.empty(),
        events=(),
    )
    return replace(found, **changes)  # type: ignore[arg-type]  # any field


def tracks(*boxes: Sequence[float], first_id: int = 1, coasted_ms: int = 0) -> Tracks:
    """People in these boxes (x1 y1 x2 y2)."""
    n = len(boxes)
    score = np.full(n, 0.9, np.float32)
    return Tracks(
        np.arange(first_id, first_id + n, dtype=np.int64),
        np.array(boxes, np.float32).reshape(-1, 4),
        score,
        score,
        np.full(n, Kind.HUMAN, np.int8),
        np.full(n, coasted_ms, np.int32),
    )


def watched(watch: SceneWatch, frames: Iterable[Frame], **changes: object) -> list[Change]:
    """What came and went."""
    return [change for frame in frames for change in watch.look(frame, result(frame, **changes))]


def words(changes: Iterable[Change]) -> list[tuple[Advice, bool]]:
    return [(change.advice, change.began) for change in changes]
