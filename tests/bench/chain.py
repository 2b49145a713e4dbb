"""How much of the bare network's speed the whole chain keeps: `chain_over_bare` and `chain_over_bare_pvb`.

One thread, 640×360, decoding included, motion gate off, the median of interleaved pairs in one process (DESIGN 3).

    python -m tests.bench.chain     prints JSON: both ratios, and the milliseconds of each step of inference
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from analytics.engine.inference.boxes import Finisher
from analytics.engine.inference.decoders import open_decoder
from analytics.engine.inference.detections import Kind
from analytics.engine.inference.floors import Floors
from analytics.engine.inference.networks import Network, NetworkCatalogue
from analytics.engine.inference.prepare import InputBuffer
from analytics.engine.inference.sessions import session_open, session_run
from cameras.capture.clip import ClipReader
from tests.bench.material import PAIRS, Bare, Chain, clip_make, compared, interleaved, one_thread

STEPS = ("prepare_ms", "run_ms", "decode_ms", "finish_ms")


def chain_over_bare(media: Path, data: Path, networks: Sequence[Path], pairs: int = PAIRS) -> dict[str, Any]:
    """FastestDet: the hard one, because the network itself is so quick (wanted: at least 0.72, goal 0.80)."""
    chain = Chain(clip_make(media, data / "bench"), "fastestdet-352", networks)
    return _over_bare(chain, frames=300, pairs=pairs)


def chain_over_bare_pvb(media: Path, data: Path, networks: Sequence[Path], pairs: int = PAIRS) -> dict[str, Any]:
    """person-vehicle-bike-2001: as much work as most networks are (wanted: at least 0.88, goal 0.93)."""
    chain = Chain(clip_make(media, data / "bench"), "person-vehicle-bike-2001-384", networks)
    return _over_bare(chain, frames=80, pairs=pairs)


def _over_bare(chain: Chain, frames: int, pairs: int) -> dict[str, Any]:
    with one_thread():
        return compared(interleaved(chain, Bare(chain), frames, pairs), "bare")


def steps(media: Path, data: Path, networks: Sequence[Path], frames: int = 100) -> dict[str, dict[str, float]]:
    """Median milliseconds of each step of inference on one thread, for every network that is there."""
    clip, present = clip_make(media, data / "bench"), NetworkCatalogue(networks).available()
    with one_thread():
        return {network.id: _steps(network, clip, frames) for network in present}


def _steps(network: Network, clip: Path, frames: int) -> dict[str, float]:
    """The steps of OnnxDetector one by one; finish is suppression and the portal's scores."""
    manifest, session = network.manifest, session_open(network, ["CPUExecutionProvider"])
    buffer, decoder, finisher = InputBuffer(manifest.input), open_decoder(manifest), Finisher(manifest)
    floor = Floors(manifest, decoder).of(dict.fromkeys(Kind, 0.1))  # as low as the tracker asks for
    spent = []
    for frame, _ in zip(ClipReader(clip), range(frames), strict=False):
        clock = [time.perf_counter()]
        placement = buffer.write(frame)
        clock.append(time.perf_counter())
        outputs = session_run(session, decoder.outputs, manifest.input.name, buffer.tensor)
        clock.append(time.perf_counter())
        candidates = decoder.decode(outputs, floor)
        clock.append(time.perf_counter())
        finisher.finish(candidates, placement)
        clock.append(time.perf_counter())
        spent.append([(after - before) * 1000 for before, after in pairwise(clock)])
    return {step: round(median(values), 3) for step, values in zip(STEPS, zip(*spent, strict=True), strict=True)}


def main() -> None:
    """Measure with the portal's own folders."""
    from portal import settings

    if settings.MEDIA_CLIPS is None:
        sys.exit("no folder of clips (LOOKOUT_MEDIA): the chain is measured on real video")
    where = settings.MEDIA_CLIPS, settings.DATA, settings.NETWORK_FOLDERS
    found = {measure.__name__: measure(*where) for measure in (chain_over_bare, chain_over_bare_pvb, steps)}
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
