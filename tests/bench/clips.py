"""What clips of alarms cost: the memory of a camera's ring, its share of the chain, and encoding (OPR-3; DESIGN 7).

python -m tests.bench.clips     prints JSON: the MB of a ring, milliseconds of CPU time to keep a frame of each size,
                                the chain with the ring over the chain without it, milliseconds for a clip
"""

import gc
import json
import os
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import django
import numpy as np

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
django.setup()

from analytics.engine.pipeline import FrameResult  # noqa: E402 - models have to be ready
from analytics.workers import sight  # noqa: E402
from analytics.workers.clipfilm import ClipPart, Discretion, Film  # noqa: E402
from analytics.workers.clipring import ClipRing, Picture, Shown  # noqa: E402
from cameras.capture.frame import Frame  # noqa: E402
from portal import settings  # noqa: E402
from tests.bench.material import SETTINGS, Chain, Pass, clip_make, interleaved, one_thread  # noqa: E402

NETWORK = "lookout-occupancy-256x192"  # our smallest: the ring's share of any other is less
FRAMES, PAIRS, TURNS = 80, 7, 5
SIZES = ((640, 360), (1280, 720), (1920, 1080), (3840, 2160))
STEP_MS = 200
CAMERAS = 20


class RingChain(Chain):
    """The chain, with every frame offered to a ring as the loop does it; five of ten frames a second are kept."""

    def begin(self) -> Pass:
        """See `Side`."""
        self._ring = ClipRing()
        return super().begin()

    def go(self, frames: int) -> None:
        """The whole chain over the next frames."""
        objects = done = 0
        begin = time.perf_counter()
        for frame in islice(self._frames, frames):
            result = self._pipeline.step(frame)
            self._ring.add(frame, [drawn(result)])
            objects += len(result.tracks)
            done += 1
        self._done.add(time.perf_counter() - begin, done, objects)


def drawn(result: FrameResult) -> Shown:
    """As `OccupancyWatch.shown`."""
    return partial(sight.drawn, result, SETTINGS, {})


def chain_ratio(media: Path, data: Path, networks: Sequence[Path]) -> dict[str, Any]:
    """Frames a second with the ring over those without it, the median of interleaved pairs in one process."""
    clip = clip_make(media, data / "bench")
    with one_thread():
        found = interleaved(RingChain(clip, NETWORK, networks), Chain(clip, NETWORK, networks), FRAMES, PAIRS)
    ratios = [ringed.fps / bare.fps for ringed, bare in found]
    return {"ratio": round(median(ratios), 4), "ratios": [round(one, 3) for one in ratios]}


def keep_ms() -> dict[str, float]:
    """CPU milliseconds to keep one frame, by its size."""
    with one_thread():
        return {f"{width}×{height}": round(_keep_ms(width, height), 3) for width, height in SIZES}


def _keep_ms(width: int, height: int) -> float:
    frame = _noise(width, height)
    turns = []
    for _ in range(TURNS):
        ring, begin = ClipRing(), time.process_time()
        for number in range(40):
            ring.add(Frame(0, number * STEP_MS, 0.0, frame.image), ())
        turns.append((time.process_time() - begin) / 40 * 1000)
    return median(turns)


def ring_mb(width: int, height: int) -> float:
    """Memory of the process for the full ring of one camera, of CAMERAS of them, after ten seconds of each."""
    frame = _noise(width, height)
    gc.collect()
    before, rings = _resident(), [ClipRing() for _ in range(CAMERAS)]
    for number in range(50):
        for ring in rings:
            ring.add(Frame(0, number * STEP_MS, 0.0, frame.image), ())
    return (_resident() - before) / CAMERAS / 1e6


def clip_ms(media: Path, data: Path, networks: Sequence[Path]) -> dict[str, Any]:
    """CPU milliseconds and kB of a clip of ten seconds of real people at 640×360, with both hand-overs."""
    chain = Chain(clip_make(media, data / "bench"), NETWORK, networks)
    chain.begin()
    pictures = list(_pictures(chain))
    turns = [_clip(pictures) for _ in range(TURNS)]
    cpu, made = median(one for one, _ in turns), turns[0][1]
    return {
        "cpu_ms": round(cpu, 1),
        "pictures": len(pictures),
        "mp4_kb": round(len(made.mp4) / 1000, 1),
        "scenes_kb": round(len(made.scenes) / 1000, 1),
    }


def _pictures(chain: Chain) -> Iterator[Picture]:
    """Five a second, for ten seconds."""
    for number, frame in enumerate(islice(chain._frames, 102)):
        result = chain._pipeline.step(frame)
        if number % 2 == 0:
            yield Picture.of(frame, [drawn(result)])


def _clip(pictures: list[Picture]) -> tuple[float, ClipPart]:
    begin, film = time.process_time(), Film("bench", Discretion())
    for place, picture in enumerate(pictures):
        film.add(picture)
        if place == 25:
            film.part(whole=False)
    made = film.part(whole=True)
    return (time.process_time() - begin) * 1000, made


def _noise(width: int, height: int) -> Frame:
    image = np.random.default_rng(3).integers(16, 235, (height * 3 // 2, width), dtype=np.uint8)
    return Frame(0, 0, 0.0, image)


def _resident() -> int:
    """Bytes of the process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def main() -> None:
    """Measure with the portal's own folders."""
    if settings.MEDIA_CLIPS is None:
        sys.exit("no folder of clips (LOOKOUT_MEDIA): clips are measured on real video")
    where = settings.MEDIA_CLIPS, settings.DATA, settings.NETWORK_FOLDERS
    memory = {f"{width}×{height}": round(ring_mb(width, height), 2) for width, height in ((640, 360), (640, 480))}
    chain, clip = chain_ratio(*where), clip_ms(*where)
    figures = {"clip_ring_mb": memory["640×360"], "clip_chain_ratio": chain["ratio"], "clip_encode_ms": clip["cpu_ms"]}
    details = {"ring_mb": memory, "chain": chain, "clip": clip, "keep_ms": keep_ms()}
    sys.stdout.write(json.dumps({"figures": figures, "details": details}) + "\n")


if __name__ == "__main__":
    main()
