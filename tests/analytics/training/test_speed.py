"""Cost: turns with FastestDet, convolutions of a graph."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from analytics.engine.inference.networks import Network
from analytics.training import speed
from analytics.training.speed import TURNS, Convolution, measure_speed, one_thread, read_cost
from tests.analytics.engine.inference.builders import constant_network, network_put, pvb_outputs
from tests.analytics.engine.scenes import picture

FRAMES = [picture(0), picture(200)]


@pytest.fixture
def network(tmp_path: Path) -> Network:
    """One that sees a car in every picture."""
    return network_put(tmp_path, constant_network(pvb_outputs([(0.1, 0.1, 0.3, 0.3, 0.9, 0, 0)])))


def test_without_fastestdet_there_is_no_ratio_but_a_reason(network: Network, tmp_path: Path) -> None:
    """Issue 3: the reason names the file."""
    found = measure_speed(network, [tmp_path], FRAMES)

    assert found.ms > 0
    assert (found.peer_ms, found.ratio) == (None, None)
    assert "fastestdet-352.onnx is missing" in found.reason


def test_a_file_of_that_name_that_is_another_is_not_compared_with(network: Network, tmp_path: Path) -> None:
    """RUN-6: the hash decides."""
    (tmp_path / "fastestdet-352.onnx").write_bytes(b"something else")

    assert "sha256" in measure_speed(network, [tmp_path], FRAMES).reason


def test_the_ratio_is_the_median_of_the_turns_own(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 3: seven turns after one that warms up; a slow moment of the machine spoils one turn, not the ratio."""
    monkeypatch.setattr(speed.NetworkCatalogue, "get", lambda *_: network)
    spent = iter([99.0, 99.0] + [2.0, 4.0, 4.0, 2.0] * 3 + [50.0, 2.0])  # own and peer begin in turns
    monkeypatch.setattr(speed, "_ms", lambda *_: next(spent))

    found = measure_speed(network, [tmp_path], FRAMES)

    assert (found.ms, found.peer_ms, found.ratio) == (2.0, 4.0, 0.5)
    assert next(spent, None) is None
    assert TURNS == 7


def test_opencv_works_on_one_thread_and_gets_its_threads_back() -> None:
    """Issue 3: one thread, as in every figure of speed."""
    before = cv2.getNumThreads()

    with one_thread():
        within = cv2.getNumThreads()

    assert (within, cv2.getNumThreads()) == (1, before)


def test_a_convolution_costs_its_kernel_at_every_place_of_its_output() -> None:
    """Issue 3: 16 of 8 channels, 3×3, at 10×5 places; and the same in groups, with bias."""
    dense = Convolution((16, 8, 3, 3), (1, 16, 10, 5), bias=False)
    depthwise = Convolution((16, 1, 3, 3), (1, 16, 10, 5), bias=True)

    assert (dense.parameters, dense.macs) == (1152, 57600)
    assert (depthwise.parameters, depthwise.macs) == (160, 7200)


def test_cost_is_read_from_the_graph_even_of_halved_weights(tmp_path: Path) -> None:
    """Issue 3: weights stored as float16 with a cast in front; sizes between are worked out."""
    onnx = pytest.importorskip("onnx", reason="the package onnx comes with the training extra")
    make = onnx.helper
    half = onnx.numpy_helper.from_array(np.ones((4, 3, 3, 3), np.float16), "half")
    single = onnx.numpy_helper.from_array(np.ones((2, 4, 1, 1), np.float32), "single")
    bias = onnx.numpy_helper.from_array(np.ones(2, np.float32), "bias")
    nodes = [
        make.make_node("Cast", ["half"], ["weight"], to=onnx.TensorProto.FLOAT),
        make.make_node("Conv", ["image", "weight"], ["middle"], pads=[1, 1, 1, 1], strides=[2, 2]),
        make.make_node("Conv", ["middle", "single", "bias"], ["out"]),
    ]
    image = make.make_tensor_value_info("image", onnx.TensorProto.FLOAT, [1, 3, 8, 6])
    out = make.make_tensor_value_info("out", onnx.TensorProto.FLOAT, [1, 2, 4, 3])
    graph = make.make_graph(nodes, "graph", [image], [out], [half, single, bias])
    path = tmp_path / "small.onnx"
    onnx.save(make.make_model(graph), path)

    cost = read_cost(path)

    assert cost.parameters == 4 * 27 + 2 * 4 + 2
    assert cost.macs == (4 * 27 + 2 * 4) * 4 * 3
    assert cost.size_bytes == path.stat().st_size
