"""What both extensions on one camera cost over the bare runs of their networks: `both_over_bare`, `both_over_bare_pvb`.

One thread, four people with faces at 640×360, decoded once, motion gates off; milliseconds of the two chains over those
of `session.run` of both networks, the median of interleaved pairs in one process (EXT-3, issue 6).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from analytics.engine.inference.networks import Network, NetworkCatalogue
from analytics.engine.inference.onnx import OnnxDetector
from analytics.engine.inference.sessions import Session, session_open
from analytics.engine.inference.task import Task
from analytics.engine.masks.pipeline import MaskPipeline
from analytics.engine.pipeline import CameraPipeline
from cameras.capture.clip import ClipReader
from cameras.extensions.nonmask import NonmaskSettings
from tests.bench.material import PAIRS, SETTINGS, Pass, clip_make, interleaved, one_thread

CLIP = "faces-mask-on.mp4"


class Opened:
    """A network with its one session, for both sides."""

    def __init__(self, network: Network) -> None:
        self.session: Session = session_open(network, ["CPUExecutionProvider"])
        self.detector = OnnxDetector(network, open_session=lambda: self.session)
        form = network.manifest.input
        self.inputs = {form.name: np.full((1, 3, form.height, form.width), form.scale * 114, np.float32)}


class Both:
    """Occupancy and non-mask on the very same frames."""

    def __init__(self, clip: Path, counting: Opened, faces: Opened) -> None:
        self._clip, self._counting, self._faces = clip, counting, faces

    def begin(self) -> Pass:
        """See `Side`."""
        self._areas = CameraPipeline(self._counting.detector, SETTINGS, motion_gate=False)
        self._masks = MaskPipeline(self._faces.detector, NonmaskSettings(), motion_gate=False)
        self._frames = iter(ClipReader(self._clip))
        self._done = Pass()
        return self._done

    def go(self, frames: int) -> None:
        """See `Side`; objects are the faces."""
        objects = done = 0
        begin = time.perf_counter()
        for frame in islice(self._frames, frames):
            self._areas.step(frame)
            objects += len(self._masks.step(frame).faces)
            done += 1
        self._done.add(time.perf_counter() - begin, done, objects)


class BareBoth:
    """Nothing but the two networks, one after the other."""

    def __init__(self, *opened: Opened) -> None:
        self._opened = opened

    def begin(self) -> Pass:
        """See `Side`."""
        self._done = Pass()
        return self._done

    def go(self, frames: int) -> None:
        """See `Side`."""
        begin = time.perf_counter()
        for _ in range(frames):
            for one in self._opened:
                one.session.run(None, one.inputs)
        self._done.add(time.perf_counter() - begin, frames, 0)


def both_over_bare(media: Path, data: Path, networks: Sequence[Path], pairs: int = PAIRS) -> dict[str, Any]:
    """With FastestDet (wanted: at most 1.25)."""
    return _measured(media, data, networks, "fastestdet-352", frames=160, pairs=pairs)


def both_over_bare_pvb(media: Path, data: Path, networks: Sequence[Path], pairs: int = PAIRS) -> dict[str, Any]:
    """With person-vehicle-bike-2001 (wanted: at most 1.15)."""
    return _measured(media, data, networks, "person-vehicle-bike-2001-384", frames=80, pairs=pairs)


def _measured(
    media: Path, data: Path, search_path: Sequence[Path], network_id: str, *, frames: int, pairs: int
) -> dict[str, Any]:
    catalogue = NetworkCatalogue(search_path)
    counting, faces = Opened(catalogue.get(network_id)), Opened(catalogue.default(Task.NONMASK))
    both = Both(clip_make(media, data / "bench", CLIP), counting, faces)
    with one_thread():
        found = interleaved(both, BareBoth(counting, faces), frames, pairs)
    ratios = [bare.fps / chains.fps for chains, bare in found]
    return {
        "ratio": round(median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "both_ms": round(median(1000 / chains.fps for chains, _ in found), 2),
        "bare_ms": round(median(1000 / bare.fps for _, bare in found), 2),
        "frames": found[0][0].frames,
        "faces": round(found[0][0].objects / found[0][0].frames, 2),
        "faces_network": faces.detector.network.id,
    }
