"""From a picture of FFmpeg to the planes of a Frame, with as few copies as possible (DESIGN 3).

Most cameras send what a Frame is made of, and then nothing is copied: the frame lends the decoder's memory.
"""

from time import monotonic_ns, time

import cv2
import numpy as np
from av import VideoFrame
from av.error import FFmpegError
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, VideoReformatter

from cameras.capture.frame import Frame, LentFrame, Pixels, Planes, empty_planes

PLANAR = {"yuv420p", "yuvj420p"}
# Full range (0..255) to video range (16..235, chroma 16..240): many cameras and every JPEG use the full one.
LUMA_TO_VIDEO = np.rint(16 + np.arange(256) * 219 / 255).astype(np.uint8)
CHROMA_TO_VIDEO = np.rint(128 + (np.arange(256) - 128) * 224 / 255).astype(np.uint8)


class PictureError(Exception):
    """A decoded picture that cannot become a Frame: no size, or a pixel format that nothing converts."""


class PlaneReader:
    """Turns decoded pictures into I420; keeps the converter of unusual formats, which is costly to set up.

    A picture of another size or format than the one before is nothing special (CAM-7).
    """

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def frame(
        self, picture: VideoFrame, number: int, *, at_ms: int | None = None, taken_at: float | None = None
    ) -> Frame:
        """A frame taken now, unless it is said when. Raises PictureError."""
        at_ms = monotonic_ns() // 1_000_000 if at_ms is None else at_ms
        taken_at = time() if taken_at is None else taken_at
        if picture.format.name == "yuv420p" and not _full_range(picture):
            return LentFrame(number, at_ms, taken_at, _lent(_not_too_small(picture)))
        return Frame(number, at_ms, taken_at, self.image(picture))

    def image(self, picture: VideoFrame) -> Pixels:
        """uint8 (h * 3 // 2, w), a copy in video range. Raises PictureError."""
        full_range = _full_range(_not_too_small(picture))
        if picture.format.name not in PLANAR:
            picture, full_range = self._planar(picture), False
        image, planes = empty_planes(picture.width & ~1, picture.height & ~1)
        for plane, target in zip(picture.planes, planes, strict=True):
            _copy(plane, target)
        if full_range:
            _to_video_range(planes)
        return image

    def _planar(self, picture: VideoFrame) -> VideoFrame:
        try:
            return self._reformatter.reformat(
                picture,
                format="yuv420p",
                src_color_range=picture.color_range,
                dst_color_range=ColorRange.MPEG,
                threads=1,
            )
        except (FFmpegError, ValueError) as exc:
            raise PictureError(f"pictures of format {picture.format.name} cannot be converted") from exc


def _not_too_small(picture: VideoFrame) -> VideoFrame:
    if picture.width < 2 or picture.height < 2:
        raise PictureError(f"a picture of {picture.width}×{picture.height} pixels is too small")
    return picture


def _full_range(picture: VideoFrame) -> bool:
    return bool(picture.format.name == "yuvj420p" or picture.color_range == ColorRange.JPEG)


def _lent(picture: VideoFrame) -> Planes:
    """Views that hold the picture. The decoder goes on reading it for the pictures that follow: nobody writes there."""
    width, height = picture.width & ~1, picture.height & ~1
    luma, first, second = (
        np.frombuffer(memoryview(plane).toreadonly(), np.uint8).reshape(-1, plane.line_size) for plane in picture.planes
    )
    half = slice(height // 2), slice(width // 2)
    return luma[:height, :width], first[half], second[half]


def _copy(plane: VideoPlane, target: Pixels) -> None:
    pixels = memoryview(plane)
    if plane.line_size == target.shape[1]:  # no gaps between the rows: plain memory, 45 µs a picture quicker than numpy
        target.data.cast("B")[:] = pixels[: target.size]
    else:
        rows = np.frombuffer(pixels, np.uint8).reshape(-1, plane.line_size)
        np.copyto(target, rows[: target.shape[0], : target.shape[1]])


def _to_video_range(planes: tuple[Pixels, Pixels, Pixels]) -> None:
    cv2.LUT(planes[0], LUMA_TO_VIDEO, dst=planes[0])
    for plane in planes[1:]:
        cv2.LUT(plane, CHROMA_TO_VIDEO, dst=plane)
