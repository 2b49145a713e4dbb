"""A network tried on one picture that somebody brought; nothing of it is kept (UI 3, Admin).

It runs in the web process, on the processor, on one thread of its own: whoever tests waits for whoever came before, and
neither pages nor cameras wait for either.
"""

import base64
import time
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

import cv2
import numpy as np
from django.utils.translation import gettext as _

from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.networks import Network
from analytics.engine.inference.onnx import OnnxDetector
from analytics.engine.inference.pool import InferencePool
from analytics.engine.inference.scale import Part, screen_score
from cameras.capture.frame import Frame, Pixels
from portal.dashboard.picture_file import picture_read

LIMIT_S = 20.0  # to wait for the thread, and then for the answer: loading a network included
WAITING = 4  # tests that may wait; the next one is told to try again
RUNS = 3
LOWEST = 0.1  # portal score 0..1: what is weaker is noise
SHOWN_PX = 1280  # the longer side of the picture that goes back


@dataclass(frozen=True, slots=True)
class Seen:
    """One object. place: x, y, width, height, percent of the picture.    head: None where the network gives none.

    counts: it passes the default threshold (OCC-25).    high, far: so near to the upper or right edge that its label
    goes inside, or ends at the edge.
    """

    kind: Kind
    label: str
    score: int
    head: int | None
    counts: bool
    place: tuple[float, float, float, float]

    @property
    def high(self) -> bool:
        """See the class."""
        return self.place[1] < 4

    @property
    def far(self) -> bool:
        """See the class."""
        return self.place[0] > 85


@dataclass(frozen=True, slots=True)
class PictureTest:
    """What a network saw. width, height: pixels as brought.    ms: median of three looks.    jpeg: a data: address."""

    network: Network
    width: int
    height: int
    ms: float
    seen: list[Seen]
    jpeg: str

    @property
    def counted(self) -> dict[str, int]:
        """How many of each kind pass the default threshold, by their words."""
        return dict(Counter(one.label for one in sorted(self.seen, key=lambda one: one.kind) if one.counts))


def picture_test(network: Network, data: bytes) -> PictureTest:
    """Raises BadPictureError; NetworkBrokenError; FrameFailedError: too many tests at once, no answer in time."""
    return _pool().run(lambda: _look(network, picture_read(data)), LIMIT_S)


@lru_cache(maxsize=1)
def _pool() -> InferencePool:
    return InferencePool(callers=1, waiting=WAITING)


def _look(network: Network, picture: Pixels) -> PictureTest:
    detector = OnnxDetector(network)
    frame = Frame.from_bgr(picture)
    spent, found = [], Detections.empty()
    for _run in range(RUNS):
        begun = time.perf_counter()
        found = detector.detect(frame, dict.fromkeys(Kind, LOWEST))
        spent.append(time.perf_counter() - begun)
    height, width = picture.shape[:2]
    return PictureTest(network, width, height, median(spent) * 1000, _seen(found), _jpeg(picture))


def _seen(found: Detections) -> list[Seen]:
    """Best first."""
    rows = sorted(range(len(found)), key=lambda row: -float(np.nanmax((found.score[row], found.head_score[row]))))
    return [_object(found, row) for row in rows]


def _object(found: Detections, row: int) -> Seen:
    kind, score, head = Kind(int(found.kind[row])), found.score[row], found.head_score[row]
    x1, y1, x2, y2 = (float(edge) * 100 for edge in found.xyxy[row])
    counts = bool(score >= Part.HUMAN_BODY.working_point or head >= Part.HUMAN_HEAD.working_point)
    shown_head = None if np.isnan(head) else screen_score(head)
    place = round(x1, 2), round(y1, 2), round(x2 - x1, 2), round(y2 - y1, 2)
    return Seen(kind, _label(kind), screen_score(score), shown_head, counts, place)


def _label(kind: Kind) -> str:
    words = {
        Kind.HUMAN: _("human"),
        Kind.VEHICLE: _("vehicle"),
        Kind.BICYCLE: _("bicycle"),
        Kind.MASK: _("mask"),
        Kind.NO_MASK: _("no mask"),
    }
    return words[kind]


def _jpeg(picture: Pixels) -> str:
    scale = min(1.0, SHOWN_PX / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _fine, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 85])
    return "data:image/jpeg;base64," + base64.b64encode(jpeg.tobytes()).decode()
