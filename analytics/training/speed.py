"""What a network costs: milliseconds a frame, multiply-adds, parameters.

Time is measured on one thread through `OnnxDetector`, from the frame to its detections, in turns with FastestDet: a
machine is never twice the same, so the ratio within one run is what can be compared.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from statistics import median
from typing import Any

import cv2

from analytics.engine.inference.errors import NetworkError
from analytics.engine.inference.networks import Network, NetworkCatalogue
from analytics.engine.inference.onnx import OnnxDetector
from cameras.capture.frame import Frame

PEER = "fastestdet-352"
TURNS = 7
FLOOR = 0.15  # portal score: what the tracker asks for at default thresholds


@dataclass(frozen=True, slots=True)
class Speed:
    """ms a frame, of the network and of FastestDet; the ratio is the median of the turns' own.

    peer_ms, ratio: None without FastestDet; then `reason` says why.
    """

    ms: float
    peer_ms: float | None
    ratio: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """Read from the ONNX file. macs: multiply-adds of the convolutions for one frame.    parameters: theirs."""

    parameters: int
    macs: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Convolution:
    """Shapes of one node. weight: (out, in / group, height, width).    output: (batch, out, height, width)."""

    weight: tuple[int, ...]
    output: tuple[int, ...]
    bias: bool

    @property
    def parameters(self) -> int:
        return prod(self.weight) + self.bias * self.weight[0]

    @property
    def macs(self) -> int:
        """For one picture, the bias left out."""
        return prod(self.weight[1:]) * prod(self.output[1:])


def measure_speed(network: Network, search_path: Sequence[Path], frames: Sequence[Frame]) -> Speed:
    """frames: what to look at in a turn, some tens. Raises what `OnnxDetector` raises for the network itself."""
    ours = OnnxDetector(network)
    try:
        theirs = OnnxDetector(NetworkCatalogue(search_path).get(PEER))
    except NetworkError as exc:
        return Speed(median(turn[0] for turn in _turns([ours], frames)), None, None, str(exc))
    turns = _turns([ours, theirs], frames)
    own_ms, peer_ms = (median(some) for some in zip(*turns, strict=True))
    return Speed(own_ms, peer_ms, median(own / peer for own, peer in turns))


def read_cost(path: Path) -> Cost:
    """From the graph of an ONNX file; needs the package `onnx` of the training extra."""
    found = convolutions(path)
    return Cost(sum(one.parameters for one in found), sum(one.macs for one in found), path.stat().st_size)


def convolutions(path: Path) -> list[Convolution]:
    """The `Conv` nodes of an ONNX file with a fixed input; weights may be cast from a smaller type in the graph."""
    import onnx

    graph = onnx.shape_inference.infer_shapes(onnx.load(path), data_prop=True).graph
    shapes = _shapes(graph)
    nodes = [node for node in graph.node if node.op_type == "Conv"]
    return [Convolution(shapes[node.input[1]], shapes[node.output[0]], len(node.input) > 2) for node in nodes]


def _shapes(graph: Any) -> Mapping[str, tuple[int, ...]]:
    """Of every value of the graph whose shape is known."""
    shapes = {table.name: tuple(table.dims) for table in graph.initializer}
    for value in (*graph.value_info, *graph.input, *graph.output):
        shapes[value.name] = tuple(size.dim_value for size in value.type.tensor_type.shape.dim)
    return shapes


def _turns(detectors: Sequence[OnnxDetector], frames: Sequence[Frame]) -> list[list[float]]:
    """ms a frame of each detector in each turn; who begins takes turns too. The first turn warms up."""
    with one_thread():
        return [_turn(detectors, frames, number) for number in range(TURNS + 1)][1:]


def _turn(detectors: Sequence[OnnxDetector], frames: Sequence[Frame], number: int) -> list[float]:
    spent = {place: _ms(detectors[place], frames) for place in _order(len(detectors), number)}
    return [spent[place] for place in range(len(detectors))]


def _order(count: int, number: int) -> Sequence[int]:
    return range(count) if number % 2 else range(count)[::-1]


def _ms(detector: OnnxDetector, frames: Sequence[Frame]) -> float:
    floor = dict.fromkeys((part.kind for part in detector.network.manifest.parts), FLOOR)
    begin = time.perf_counter()
    for frame in frames:
        detector.detect(frame, floor)
    return (time.perf_counter() - begin) / len(frames) * 1000


@contextmanager
def one_thread() -> Iterator[None]:
    """OpenCV on one thread, and put back; onnxruntime is told where it is opened."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
