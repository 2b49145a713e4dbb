"""The frame: the one form in which every source delivers its pictures."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Planes = tuple[Pixels, Pixels, Pixels]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded picture in planar YUV 4:2:0 (I420), BT.601, video range (luma 16..235).

    Privacy painting, motion gate, black-and-white test, network input and JPEG all start from these planes.

    number: rises by one per picture of one opening of the source, also for those that were not decoded or delivered.
    at_ms: whole ms of the monotonic capture clock; of a recording read by `ClipReader`, media time.
    taken_at: POSIX seconds, UTC.
    image: uint8 (h * 3 // 2, w), C-contiguous: luma rows, then the U plane, then the V plane; w and h even.
    Raises ValueError when the image has another form.
    """

    number: int
    at_ms: int
    taken_at: float
    image: Pixels

    def __post_init__(self) -> None:
        rows, width = self.image.shape
        if rows % 3 or width % 2 or not rows or not width or not self.image.flags.c_contiguous:
            raise ValueError(f"an I420 image has h * 3 // 2 rows, even sizes and no gaps, not shape {self.image.shape}")

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.image.shape[0] * 2 // 3)

    @property
    def nbytes(self) -> int:
        """Of its pixels."""
        return self.width * self.height * 3 // 2

    def luma(self) -> Pixels:
        """A view, uint8 (h, w)."""
        return self.image[: self.height]

    def chroma(self) -> tuple[Pixels, Pixels]:
        """Views of U and V, uint8 (h // 2, w // 2) each."""
        return _chroma(self.image, self.width, self.height)

    def copied(self) -> "Frame":
        """The same in memory of its own, to be painted on."""
        return Frame(self.number, self.at_ms, self.taken_at, self.image.copy())

    def bgr(self) -> Pixels:
        """A converted copy, uint8 (h, w, 3)."""
        return np.asarray(cv2.cvtColor(self.image, cv2.COLOR_YUV2BGR_I420), dtype=np.uint8)

    @classmethod
    def from_bgr(cls, bgr: Pixels, *, number: int = 0, at_ms: int = 0, taken_at: float = 0.0) -> "Frame":
        """A frame of a picture uint8 (h, w, 3); an odd size loses its last row or column."""
        height, width = bgr.shape[0] & ~1, bgr.shape[1] & ~1
        image = cv2.cvtColor(np.ascontiguousarray(bgr[:height, :width]), cv2.COLOR_BGR2YUV_I420)
        return cls(number, at_ms, taken_at, np.asarray(image, dtype=np.uint8))


class LentFrame(Frame):
    """A frame whose planes lie in the decoder's own memory, which is not used again as long as somebody holds them.

    Whoever looks takes the planes as they are. `image` is put together anew whenever it is asked for. What is to differ
    in anything (`dataclasses.replace`) has to be `copied` first.
    """

    __slots__ = ("_planes",)
    _planes: Planes

    def __init__(self, number: int, at_ms: int, taken_at: float, planes: Planes) -> None:
        """planes: Y uint8 (h, w), U and V (h // 2, w // 2), each row without gaps; h and w even."""
        facts = {"number": number, "at_ms": at_ms, "taken_at": taken_at, "_planes": planes}
        for name, value in facts.items():
            object.__setattr__(self, name, value)

    @property
    def image(self) -> Pixels:
        """A copy, as `Frame.image`."""
        image, own = empty_planes(self.width, self.height)
        for plane, target in zip(self._planes, own, strict=True):
            np.copyto(target, plane)
        return image

    @property
    def width(self) -> int:
        return int(self._planes[0].shape[1])

    @property
    def height(self) -> int:
        return int(self._planes[0].shape[0])

    def luma(self) -> Pixels:
        return self._planes[0]

    def chroma(self) -> tuple[Pixels, Pixels]:
        return self._planes[1:]

    def copied(self) -> Frame:
        return Frame(self.number, self.at_ms, self.taken_at, self.image)


def empty_planes(width: int, height: int) -> tuple[Pixels, Planes]:
    """An unfilled I420 image of even size, and its Y, U and V planes as views."""
    image = np.empty((height * 3 // 2, width), np.uint8)
    return image, (image[:height], *_chroma(image, width, height))


def _chroma(image: Pixels, width: int, height: int) -> tuple[Pixels, Pixels]:
    # Through the flat form: where h is not a multiple of 4, the V plane begins in the middle of a row.
    start, size, shape = height * width, height * width // 4, (height // 2, width // 2)
    flat = image.reshape(-1)
    return flat[start : start + size].reshape(shape), flat[start + size :].reshape(shape)
