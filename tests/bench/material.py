"""What the chain's bench runs on: a 640×360 clip, one-threaded libraries, our chain as the product wires it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import av
import cv2
import numpy as np

from analytics.engine.inference.networks import NetworkCatalogue
from analytics.engine.inference.onnx import OnnxDetector
from analytics.engine.inference.sessions import Session, session_open
from analytics.engine.pipeline import CameraPipeline
from cameras.capture.clip import ClipReader
from cameras.extensions.occupancy import AreaSettings, OccupancySettings
from tests.bench.crowd import AREAS, crowd_outputs

CLIP, WIDTH, HEIGHT, FPS = "people-one-by-one.mp4", 640, 360, 10
SETTINGS = OccupancySettings(
    areas=tuple(
        AreaSettings(number=number, name=f"Area {number}", status=True, polygon=polygon, count_threshold=1, time_s=1.0)
        for number, polygon in enumerate(AREAS, start=1)
    )
)


PAIRS = 7


@dataclass(frozen=True)
class Pass:
    """One way through the clip."""

    seconds: float
    frames: int
    objects: float = 0.0  # tracked, mean per frame

    @property
    def fps(self) -> float:
        """Frames per second."""
        return self.frames / self.seconds


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
        form = network.manifest.input
        self.tensor = np.full((1, 3, form.height, form.width), form.scale * 114, np.float32)
        self.input_name = form.name

    def run(self, frames: int) -> Pass:
        """The whole chain over the first frames of the clip; opening the file is not counted, decoding is."""
        pipeline = CameraPipeline(self._detector, SETTINGS, motion_gate=False)
        reader, objects, done = iter(ClipReader(self._clip)), 0, 0
        begin = time.perf_counter()
        for frame in reader:
            objects += len(pipeline.step(frame).tracks)
            done += 1
            if done == frames:
                break
        return Pass(time.perf_counter() - begin, done, objects / max(1, done))

    def run_bare(self, frames: int) -> Pass:
        """Nothing but the network, on one kept tensor, in the same session."""
        inputs = {self.input_name: self.tensor}
        begin = time.perf_counter()
        for _ in range(frames):
            self.session.run(None, inputs)
        return Pass(time.perf_counter() - begin, frames)


@contextmanager
def one_thread() -> Iterator[None]:
    """OpenCV on one thread, and put back; onnxruntime and PyAV are told where they are opened."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


def clip_make(media: Path, folder: Path) -> Path:
    """The clip at 640×360, H.264 as libx264 makes it by default; encoded once and kept."""
    path = folder / f"people-{WIDTH}x{HEIGHT}.mp4"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.mp4")
        _encode(media / CLIP, unfinished)
        unfinished.replace(path)  # two benches at once never read half a clip
    return path


def _encode(source: Path, target: Path) -> None:
    with av.open(str(source)) as recording, av.open(str(target), "w") as clip:
        stream = clip.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number, picture in enumerate(recording.decode(video=0)):
            small = picture.reformat(WIDTH, HEIGHT, "yuv420p")
            small.pts, small.time_base = number, Fraction(1, FPS)
            small.pict_type = 0  # the encoder places its own key frames
            clip.mux(stream.encode(small))
        clip.mux(stream.encode(None))


def interleaved(first: Callable[[], Pass], second: Callable[[], Pass], pairs: int) -> list[tuple[Pass, Pass]]:
    """Pairs of passes; who goes first changes, so that a busy moment of the machine meets both alike."""
    found = []
    for number in range(pairs):
        if number % 2:
            late = second()
            found.append((first(), late))
        else:
            early = first()
            found.append((early, second()))
    return found


def compared(found: Sequence[tuple[Pass, Pass]], other: str) -> dict[str, Any]:
    """`ratio`: the median of the pairs' ratios of frames/s, ours over the other's; then what it came from."""
    ratios = [ours.fps / theirs.fps for ours, theirs in found]
    return {
        "ratio": round(median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "chain_fps": round(median(ours.fps for ours, _ in found), 1),
        f"{other}_fps": round(median(theirs.fps for _, theirs in found), 1),
        "frames": found[0][0].frames,
        "objects": round(found[0][0].objects, 2),
        f"{other}_objects": round(found[0][1].objects, 2),
    }
