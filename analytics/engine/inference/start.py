"""How a network comes to run: on the first provider of the deployment's choice that loads it and answers (RUN-6).

One that does not is passed over with its reason, and what is left at the end is the CPU: a camera that is analysed
slowly is worth more than one that is not. Where pictures are to share a run, the network is rewritten for it, and what
it answers then is compared with what it answered before; one that answers otherwise takes its pictures one by one.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from analytics.engine.inference.batch_graph import batch_freed
from analytics.engine.inference.batched import BatchedSession, batch_sizes
from analytics.engine.inference.decoders.base import Decoder
from analytics.engine.inference.errors import (
    InferenceFailedError,
    NetworkAloneError,
    NetworkBrokenError,
    ProviderError,
)
from analytics.engine.inference.networks import Network
from analytics.engine.inference.providers import CPU, CUDA, TENSORRT, InferenceChoice, Provider, Running
from analytics.engine.inference.sessions import Asked, Session, providers_present, session_open, session_run

COMPARED = 3  # pictures
TOLERANCE = 1e-3  # of scores, and of boxes in fractions or cells; other sums come in another order


@dataclass(frozen=True, slots=True)
class Started:
    """A session that has answered once, and how it runs."""

    session: Session
    running: Running


def network_start(
    network: Network, decoder: Decoder, choice: InferenceChoice, *, limit_s: float | None = None
) -> Started:
    """limit_s: how long one caller may wait for others; None: there are none, and no picture waits for another.

    Raises NetworkBrokenError when not even the CPU gets an answer that the decoder can read.
    """
    start = _Start(network, decoder, choice, limit_s)
    providers, notes = choice.to_try(providers_present())
    for provider in providers[:-1]:
        try:
            return start.on(provider, notes)
        except (NetworkBrokenError, ProviderError) as exc:
            notes.append(f"{provider.title}: {exc}")
    return start.on(providers[-1], notes)


def session_answers(network: Network, decoder: Decoder, session: Session, rows: int = 1) -> None:
    """Run it once: the first run is slow, and shows whether the decoder fits the file. Raises NetworkBrokenError."""
    form = network.manifest.input
    grey = np.zeros((rows, 3, form.height, form.width), np.float32)
    try:
        outputs = session_run(session, decoder.outputs, form.name, grey)
    except InferenceFailedError as exc:
        raise NetworkBrokenError(f"{network.path}: its first run failed: {exc}") from exc
    if rows == 1 and not decoder.fits(outputs):
        shapes, family = ", ".join(str(output.shape) for output in outputs), network.manifest.decoder
        raise NetworkBrokenError(f"{network.path}: the decoder {family} cannot read outputs of shape {shapes}")


def network_for_many(network: Network) -> bytes:
    """The ONNX file for any number of pictures in one run, tried on the CPU.

    Raises NetworkAloneError when it does not answer as it did for each picture alone; NetworkBrokenError.
    """
    alone, pictures = session_open(network), _pictures(network)
    try:
        data = batch_freed(network.path.read_bytes())
        same = _same(alone, session_open(network, data=data), network.manifest.input.name, pictures)
    except (ValueError, NetworkBrokenError, InferenceFailedError) as exc:
        raise NetworkAloneError(f"{network.id} takes one picture in a run: {exc}") from exc
    if not same:
        raise NetworkAloneError(f"{network.id} takes one picture in a run: several together are answered otherwise")
    return data


@dataclass(frozen=True, slots=True)
class _Start:
    """What stays the same from one provider to the next; see `network_start`."""

    network: Network
    decoder: Decoder
    choice: InferenceChoice
    limit_s: float | None

    def on(self, provider: Provider, notes: Sequence[str]) -> Started:
        """notes: on those before. Raises ProviderError, NetworkBrokenError."""
        together, data, alone = self._together(self.choice.together or provider.together)
        session: Session = session_open(self.network, self._asked(provider, together), data)
        for rows in batch_sizes(together):
            session_answers(self.network, self.decoder, session, rows)
        if together > 1 and self.limit_s is not None:
            session = self._shared(session, together, self.limit_s)
        return Started(session, Running(self.network.id, provider.word, together, (*notes, *alone)))

    def _together(self, wanted: int) -> tuple[int, bytes | None, list[str]]:
        """How many pictures share a run, the network rewritten for it, and why none do although they should."""
        if wanted == 1 or self.limit_s is None:
            return 1, None, []
        try:
            return wanted, network_for_many(self.network), []
        except NetworkAloneError as exc:
            return 1, None, [str(exc)]

    def _asked(self, provider: Provider, together: int) -> list[Asked]:
        """The provider, and those that run what it cannot."""
        if provider in (CUDA, TENSORRT):
            with contextlib.redirect_stdout(sys.stderr):  # it prints what it does not find
                ort.preload_dlls()  # CUDA from Python packages; from anywhere else it is found without this
        others = [CUDA.name, CPU.name] if provider is TENSORRT else [CPU.name]
        own: Asked = (TENSORRT.name, self._compiling(together)) if provider is TENSORRT else provider.name
        return [own] if provider is CPU else [own, *others]

    def _compiling(self, together: int) -> dict[str, str]:
        """TensorRT compiles a network for a range of sizes, which takes minutes: once for all of them, and kept."""
        options, form = {}, self.network.manifest.input
        if self.choice.compiled is not None:
            self.choice.compiled.mkdir(parents=True, exist_ok=True)
            options = {"trt_engine_cache_enable": "1", "trt_engine_cache_path": str(self.choice.compiled)}
        if together > 1:
            for end, rows in (("min", 1), ("opt", together), ("max", together)):
                options[f"trt_profile_{end}_shapes"] = f"{form.name}:{rows}x3x{form.height}x{form.width}"
        return options

    def _shared(self, session: Session, together: int, limit_s: float) -> BatchedSession:
        form = self.network.manifest.input
        shape = 3, form.height, form.width
        return BatchedSession(session, input_name=form.name, shape=shape, most=together, limit_s=limit_s)


def _pictures(network: Network) -> NDArray[np.float32]:
    """Noise, as the network is given pictures: (pixel × scale − mean) / std."""
    form = network.manifest.input
    pixels = np.random.default_rng(0).integers(0, 256, (COMPARED, 3, form.height, form.width))
    mean, std = (np.array(three).reshape(3, 1, 1) for three in (form.mean, form.std))
    return np.asarray((pixels * form.scale - mean) / std, np.float32)


def _same(alone: Session, many: Session, name: str, pictures: NDArray[np.float32]) -> bool:
    """Whether both answer the pictures alike, one by one and together. Raises InferenceFailedError, ValueError."""
    each = [session_run(alone, None, name, pictures[[row]]) for row in range(COMPARED)]
    expected = [np.concatenate(rows) for rows in zip(*each, strict=True)]
    found = session_run(many, None, name, pictures)
    return all(_near(one, other) for one, other in zip(found, expected, strict=True))


def _near(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    return one.shape == other.shape and np.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE)
