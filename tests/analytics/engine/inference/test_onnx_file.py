"""An ONNX file is looked through before anything loads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.inference.errors import NetworkBrokenError
from analytics.engine.inference.networks import MANIFESTS
from analytics.engine.inference.onnx_file import onnx_read
from tests.analytics.engine.inference.builders import constant_network, onnx_model, onnx_node, onnx_tensor, pvb_outputs

WHOLE = constant_network(pvb_outputs([(0.1, 0.2, 0.3, 0.9, 0.0, 0.8, 0.0)]))


def test_the_portals_own_networks_pass() -> None:
    """RUN-6: a network as training writes it."""
    facts = onnx_read((MANIFESTS / "lookout-occupancy-384x256.onnx").read_bytes())

    assert (facts.opset, facts.graphs) == (20, 1)
    assert "Conv" in facts.operators


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(lambda tensor: onnx_model(initializer=tensor), id="a weight"),
        pytest.param(lambda tensor: onnx_model(node=onnx_node(tensor=tensor)), id="a constant"),
        pytest.param(lambda tensor: onnx_model(node=onnx_node(inner=tensor)), id="inside a branch"),
    ],
)
def test_weights_in_another_file_are_refused(place) -> None:
    """SEC-6: onnxruntime would open the file that is named, wherever it lies."""
    assert onnx_read(place(onnx_tensor())).graphs

    with pytest.raises(NetworkBrokenError, match="external data"):
        onnx_read(place(onnx_tensor(location="../../secrets.json")))


def test_operators_of_others_are_refused() -> None:
    """SEC-6: some of them name files as well."""
    with pytest.raises(NetworkBrokenError, match=r"'Run' is of 'com.example': only standard ones are run"):
        onnx_read(onnx_model(node=onnx_node(operator="Run", domain="com.example")))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no ONNX file"),
        (b"\x00" * 40, "no ONNX file"),
        (b"\xff" * 40, "no ONNX file"),
        (b'{"format": "lookout-network/1"}', "no ONNX file"),
        (onnx_model(opset=6), "opset 6, 7 or later was expected"),
        (onnx_model(opset=None), "opset"),
    ],
)
def test_what_is_no_network_is_said_so(data: bytes, words: str) -> None:
    """SEC-6."""
    with pytest.raises(NetworkBrokenError, match=words):
        onnx_read(data)


@given(st.integers(0, len(WHOLE) - 1))
def test_a_part_of_a_file_never_passes_as_another_one(length: int) -> None:
    """SEC-6: cut anywhere it is refused, or what is there is a network; nothing else is raised."""
    try:
        facts = onnx_read(WHOLE[:length])
    except NetworkBrokenError:
        return
    assert facts.graphs


@given(st.binary(max_size=200))
def test_any_bytes_are_read_to_their_end_or_refused(data: bytes) -> None:
    """SEC-6: what a stranger makes of a file raises one kind of error."""
    try:
        onnx_read(data)
    except NetworkBrokenError:
        return


def test_graphs_in_graphs_without_end_are_refused() -> None:
    """SEC-6: before the interpreter gives up."""
    tensor = onnx_tensor()
    node = onnx_node(tensor=tensor)
    for _depth in range(12):
        node = onnx_node(graph=node)

    with pytest.raises(NetworkBrokenError, match="nested"):
        onnx_read(onnx_model(node=node))
