"""What the chain's bench runs on: a 640×360 clip, one-threaded libraries, our chain as the product wires it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Protocol

import av
import cv2
import numpy as np
from av import VideoFrame

from analytics.engine.inference.networks import NetworkCatalogue
from analytics.engine.inference.onnx import OnnxDetector
from analytics.engine.inference.sessions import Session, session_open
from analytics.engine.pipeline import CameraPipeline
from cameras.capture.clip import ClipReader
from cameras.extensions.occupancy import AreaSettings, OccupancySettings
from tests.bench.crowd import AREAS, crowd_outputs

CLIP, WIDTH, HEIGHT, FPS = "people-one-by-one.mp4", 640, 360, 10
# Four areas, everything else as it is by default.
SETTINGS = OccupancySettings(
    areas=tuple(AreaSettings(number, f"Area {number}", True, polygon) for number, polygon in enumerate(AREAS, start=1))
)


# A turn of forty frames: of shorter ones a good part would be spent on the caches that the other side left behind.
PAIRS, SLICE = 7, 40
# libx264's defaults but for what no camera does live: no B pictures, one reference, a key picture every two seconds.
CAMERA = {"bf": "0", "refs": "1", "g": "20"}


@dataclass(slots=True)
class Pass:
    """What was done of one way through the clip."""

    seconds: float = 0.0
    frames: int = 0
    objects: float = 0.0  # tracked, summed over the frames

    def add(self, seconds: float, frames: int, objects: float) -> None:
        """One more slice."""
        self.seconds += seconds
        self.frames += frames
        self.objects += objects

    @property
    def fps(self) -> float:
        """Frames per second."""
        return self.frames / self.seconds


class Side(Protocol):
    """One of the two that are compared."""

    def begin(self) -> Pass:
        """Go back to the first frame."""
        ...

    def go(self, frames: int) -> None:
        """Do the next frames and add them to the pass."""
        ...


class CrowdSession:
    """Runs the real network and then answers with a made crowd (crowd.py says why)."""

    def __init__(self, session: Session, frames: int) -> None:
        self._session = session
        self._crowd = crowd_outputs(frames)
        self.number = 0

    def run(self, names: Sequence[str] | None, inputs: dict[str, Any]) -> list[Any]:
        """The crowd of the next frame."""
        self._session.run(names, inputs)
        self.number += 1
        return [self._crowd[self.number % len(self._crowd)]]


class Chain:
    """The product's chain on one clip: decode, I420, input, network, decoder, tracker, areas, timers."""

    def __init__(self, clip: Path, network_id: str, search_path: Sequence[Path], crowd: int = 0) -> None:
        self._clip = clip
        network = NetworkCatalogue(search_path).get(network_id)
        self.network_path = network.path
        self.session: Session = session_open(network, ["CPUExecutionProvider"])
        answering = CrowdSession(self.session, crowd) if crowd else self.session
        self._detector = OnnxDetector(network, open_session=lambda: answering)
        self.form = network.manifest.input

    def begin(self) -> Pass:
        """Opening the file is not counted, decoding is."""
        self._pipeline = CameraPipeline(self._detector, SETTINGS, motion_gate=False)
        self._frames = iter(ClipReader(self._clip))
        self._done = Pass()
        return self._done

    def go(self, frames: int) -> None:
        """The whole chain over the next frames."""
        objects = done = 0
        begin = time.perf_counter()
        for frame in islice(self._frames, frames):
            objects += len(self._pipeline.step(frame).tracks)
            done += 1
        self._done.add(time.perf_counter() - begin, done, objects)


class Bare:
    """Nothing but the network, on one kept tensor, in the chain's own session."""

    def __init__(self, chain: Chain) -> None:
        self._session, form = chain.session, chain.form
        self._inputs = {form.name: np.full((1, 3, form.height, form.width), form.scale * 114, np.float32)}

    def begin(self) -> Pass:
        """See `Side`."""
        self._done = Pass()
        return self._done

    def go(self, frames: int) -> None:
        """See `Side`."""
        begin = time.perf_counter()
        for _ in range(frames):
            self._session.run(None, self._inputs)
        self._done.add(time.perf_counter() - begin, frames, 0)


@contextmanager
def one_thread() -> Iterator[None]:
    """OpenCV on one thread, and put back; onnxruntime and PyAV are told where they are opened."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


def clip_make(media: Path, folder: Path, clip: str = CLIP) -> Path:
    """The clip at 640×360, H.264 as a camera's substream is; encoded once and kept."""
    return clip_kept(folder / f"{Path(clip).stem}-{WIDTH}x{HEIGHT}-camera.mp4", pictures(media / clip), FPS)


def pictures(recording: Path, fps: float | None = None) -> Iterator[VideoFrame]:
    """Of a recording, from its beginning; with `fps` the first one at or after every 1 / fps seconds."""
    number = 0
    with av.open(str(recording)) as opened:
        for picture in opened.decode(video=0):
            if fps is None or picture.time + 0.001 >= number / fps:
                number += 1
                yield picture


def clip_kept(
    path: Path,
    shown: Iterable[VideoFrame],
    fps: int,
    *,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    options: Mapping[str, str] = CAMERA,
) -> Path:
    """These pictures, `fps` a second, as H.264; encoded once and kept under this name, whatever comes later."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.mp4")
        _encode(shown, unfinished, fps, size, options)
        unfinished.replace(path)  # two benches at once never read half a clip
    return path


def _encode(
    shown: Iterable[VideoFrame], target: Path, fps: int, size: tuple[int, int], options: Mapping[str, str]
) -> None:
    with av.open(str(target), "w") as clip:
        stream = clip.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.options = dict(options)
        for number, picture in enumerate(shown):
            sized = picture.reformat(*size, "yuv420p")
            sized.pts, sized.time_base = number, Fraction(1, fps)
            sized.pict_type = 0  # the encoder places its own key frames
            clip.mux(stream.encode(sized))
        clip.mux(stream.encode(None))


def interleaved(ours: Side, theirs: Side, frames: int, pairs: int = PAIRS) -> list[tuple[Pass, Pass]]:
    """Pairs of passes. The sides take turns every few frames, so that a busy moment of the machine meets both alike."""
    _pair(ours, theirs, frames // 4)  # warm: files in the page cache, arenas grown
    return [_pair(ours, theirs, frames) for _ in range(pairs)]


def _pair(ours: Side, theirs: Side, frames: int) -> tuple[Pass, Pass]:
    passes = ours.begin(), theirs.begin()
    for number in range(frames // SLICE):
        for side in (ours, theirs) if number % 2 else (theirs, ours):
            side.go(SLICE)
    return passes


def compared(found: Sequence[tuple[Pass, Pass]], other: str) -> dict[str, Any]:
    """`ratio`: the median of the pairs' ratios of frames/s, ours over the other's; then what it came from."""
    ratios = [ours.fps / theirs.fps for ours, theirs in found]
    return {
        "ratio": round(median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "chain_fps": round(median(ours.fps for ours, _ in found), 1),
        f"{other}_fps": round(median(theirs.fps for _, theirs in found), 1),
        "frames": found[0][0].frames,
        "objects": round(found[0][0].objects / found[0][0].frames, 2),
        f"{other}_objects": round(found[0][1].objects / found[0][1].frames, 2),
    }
