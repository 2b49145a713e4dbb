"""From a picture of FFmpeg to the planes of a Frame, with as few copies as possible (DESIGN 3)."""

from time import monotonic_ns, time

import cv2
import numpy as np
from av import VideoFrame
from av.error import FFmpegError
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, VideoReformatter

from cameras.capture.frame import Frame, Pixels, empty_planes

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

    def frame(self, picture: VideoFrame, number: int) -> Frame:
        """A frame taken now. Raises PictureError."""
        return Frame(number, monotonic_ns() // 1_000_000, time(), self.image(picture))

    def image(self, picture: VideoFrame) -> Pixels:
        """uint8 (h * 3 // 2, w), a copy: FFmpeg uses its own buffer again. Raises PictureError."""
        if picture.width < 2 or picture.height < 2:
            raise PictureError(f"a picture of {picture.width}×{picture.height} pixels is too small")
        full_range = picture.format.name == "yuvj420p" or picture.color_range == ColorRange.JPEG
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
