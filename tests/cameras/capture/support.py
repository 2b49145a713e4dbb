"""Clips, pictures and waits that the tests of capture share."""

from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event
from time import monotonic

import av
import cv2
import numpy as np

from cameras.capture.frame import Frame, Pixels
from cameras.capture.scene import SceneSettings, SceneSource

LIMIT_S = 30.0  # only ends a hang


def wait_until(holds: Callable[[], bool], what: str, limit_s: float = LIMIT_S) -> float:
    """Seconds until it held."""
    begin_s, never = monotonic(), Event()
    while not holds():
        assert monotonic() - begin_s < limit_s, f"waited {limit_s} s for {what}"
        never.wait(0.02)
    return monotonic() - begin_s


def scene_frames(count: int, *, width: int = 320, height: int = 240, seed: int = 1) -> list[Frame]:
    """The first frames of a simulated camera of 10 fps."""
    source = SceneSource(SceneSettings(seed=seed, width=width, height=height))
    return [source.frame(number) for number in range(count)]


def write_clip(path: Path, frames: Iterable[Frame], *, fps: int = 10, pix_fmt: str = "yuv420p") -> Path:
    """An H.264 file with a key frame every half second; frames may change their size in .ts and .h264 files."""
    with av.open(str(path), "w") as container:
        stream = None
        for number, frame in enumerate(frames):
            if stream is None:
                stream = container.add_stream(
                    "libx264", rate=fps, options={"g": str(max(1, fps // 2)), "preset": "ultrafast"}
                )
                stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, pix_fmt
            picture = av.VideoFrame.from_ndarray(frame.image, format="yuv420p")
            picture.pts = number
            container.mux(stream.encode(picture))
        assert stream is not None
        container.mux(stream.encode())
    return path


def jpeg(frame: Frame, quality: int = 85) -> bytes:
    """A JPEG file of a frame."""
    return jpeg_of(frame.bgr(), quality)


def jpeg_of(bgr: Pixels, quality: int = 85) -> bytes:
    """A JPEG file of a picture."""
    done, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return data.tobytes()


def flat(number: int, at_ms: int, luma: int = 100, *, width: int = 64, height: int = 48) -> Frame:
    """A frame of one grey."""
    image = np.full((height * 3 // 2, width), 128, np.uint8)
    image[:height] = luma
    return Frame(number, at_ms, at_ms / 1000, image)
