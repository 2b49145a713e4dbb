"""The last seconds of a camera, small: what the clip of an alarm begins with (OPR-3; DESIGN 7).

Pictures come with their privacy zones painted, at most five a second, at most 640 pixels a side; nothing is encoded.
What is drawn on them is worked out only when an alarm asks: until then a picture keeps the results of its frame, which
are small and never change.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from cameras.capture.frame import Frame, Pixels, empty_planes
from cameras.capture.pace import Pace

BEFORE_MS = 5_000  # what of the time before an alarm is kept
MOST_BYTES = 12_000_000  # 25 pictures of 640×480 are 11.5 MB
MOST_PICTURES = 26
FPS = 5
MOST_SIDE = 640

Shown = Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One picture of a clip.

    frame: the one that was looked at, or a smaller one of the same moment; nobody writes into it.
    shown: each a part of `LiveFrame` (boxes and areas, faces), worked out when it is called, on any thread.
    """

    frame: Frame
    shown: tuple[Shown, ...] = ()

    @property
    def at_ms(self) -> int:
        """On the capture clock."""
        return self.frame.at_ms

    @property
    def at(self) -> float:
        """POSIX seconds."""
        return self.frame.taken_at

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.frame.width, self.frame.height

    @property
    def nbytes(self) -> int:
        """Of its pixels."""
        return self.frame.nbytes

    def seen(self) -> dict[str, Any]:
        """What was seen on it, of all extensions."""
        return {name: value for part in self.shown for name, value in part().items()}

    @classmethod
    def of(cls, frame: Frame, shown: Iterable[Shown]) -> "Picture":
        """Of a frame. shown: of this very frame."""
        return cls(_small(frame), tuple(shown))


class ClipRing:
    """The newest pictures of one camera, oldest first: BEFORE_MS, MOST_PICTURES and MOST_BYTES at most."""

    def __init__(self) -> None:
        self._pictures: deque[Picture] = deque(maxlen=MOST_PICTURES)
        self._pace = Pace(FPS)
        self.bytes = 0

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(self._pictures)

    def add(self, frame: Frame, shown: Iterable[Shown]) -> Picture | None:
        """Keep this frame, when it is time for one; the picture that was kept. One of another size begins anew."""
        if not self._pace.due(frame.at_ms):
            return None
        picture = Picture.of(frame, shown)
        if self._pictures and self._pictures[-1].size != picture.size:
            self.clear()
        self._make_room(picture)
        self._pictures.append(picture)
        self.bytes += picture.nbytes
        return picture

    def clear(self) -> None:
        """Forget them all: they were made under other rules, or nobody is to be seen any more."""
        self._pictures.clear()
        self.bytes = 0

    def _make_room(self, picture: Picture) -> None:
        while self._pictures and (
            picture.at_ms - self._pictures[0].at_ms > BEFORE_MS
            or self.bytes + picture.nbytes > MOST_BYTES
            or len(self._pictures) == MOST_PICTURES
        ):
            self.bytes -= self._pictures.popleft().nbytes


def _small(frame: Frame) -> Frame:
    """At most MOST_SIDE pixels wide and high, aspect kept, sides even. One that fits is kept as it is."""
    scale = MOST_SIDE / max(frame.width, frame.height)
    if scale >= 1:
        return frame
    image, planes = empty_planes(_even(frame.width * scale), _even(frame.height * scale))
    for source, target in zip((frame.luma(), *frame.chroma()), planes, strict=True):
        _shrink(source, target)
    return Frame(frame.number, frame.at_ms, frame.taken_at, image)


def _shrink(source: Pixels, target: Pixels) -> None:
    """By halves as long as that goes, which is exact and quick, the rest between the pixels."""
    height, width = target.shape
    while source.shape[1] >= 2 * width and source.shape[0] >= 2 * height:
        half = source.shape[1] // 2, source.shape[0] // 2
        source = np.asarray(cv2.resize(source, half, interpolation=cv2.INTER_AREA), np.uint8)
    cv2.resize(source, (width, height), dst=target, interpolation=cv2.INTER_LINEAR)


def _even(pixels: float) -> int:
    return max(2, round(pixels / 2) * 2)
