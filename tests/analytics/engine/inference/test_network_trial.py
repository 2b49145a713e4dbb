"""A network is loaded once in a process of its own, with its limits, before anything else loads it."""

from pathlib import Path

import numpy as np
import pytest

from analytics.engine.inference.errors import NetworkBrokenError
from analytics.engine.inference.network_trial import network_try
from tests.analytics.engine.inference.builders import constant_network, network_put, onnx_model, pvb_outputs

SEEN = pvb_outputs([(0.1, 0.2, 0.3, 0.9, 0.0, 0.8, 0.0)])
WHOLE = constant_network(SEEN)


def tried(folder: Path, data: bytes, *, limit_s: float = 60, memory: int = 3_000_000_000, **changes: object) -> str:
    """What is wrong with it, "" if nothing."""
    path = network_put(folder, data, **changes).path
    try:
        network_try(path, path.with_suffix(".json"), limit_s=limit_s, memory=memory)
    except NetworkBrokenError as exc:
        return str(exc)
    return ""


def test_a_whole_network_passes(tmp_path: Path) -> None:
    """SEC-6: and the process leaves nothing beside it."""
    assert tried(tmp_path, WHOLE) == ""
    assert sorted(one.name for one in tmp_path.iterdir()) == ["little.json", "little.onnx"]


@pytest.mark.parametrize(
    ("data", "changes", "words"),
    [
        pytest.param(b"nonsense", {}, "no ONNX file", id="no network"),
        pytest.param(onnx_model(), {}, "onnxruntime cannot load it", id="an empty graph"),
        pytest.param(WHOLE, {"sha256": "0" * 64}, "sha256 is", id="another file"),
        pytest.param(constant_network(SEEN, name="x"), {}, "inputs are", id="another input"),
        pytest.param(constant_network(SEEN, shape=(1, 3, 32, 32)), {}, "inputs are", id="another size"),
        pytest.param(constant_network({"a": np.zeros((1, 2, 4), np.float32)}), {}, "first run failed", id="outputs"),
        pytest.param(
            constant_network(SEEN | {"scores": np.zeros((1, 1, 2), np.float32)}), {}, "cannot read outputs", id="shapes"
        ),
        pytest.param(WHOLE, {"decoder": "telepathy"}, "decoder 'telepathy' is unknown", id="no such decoder"),
    ],
)
def test_what_is_not_as_its_manifest_says_is_refused(
    data: bytes, changes: dict[str, object], words: str, tmp_path: Path
) -> None:
    """RUN-6, SEC-6: with what is wrong, and without the name of any folder of ours."""
    problem = tried(tmp_path, data, **changes)

    assert words in problem
    assert str(tmp_path) not in problem


def test_too_much_memory_ends_the_process_and_not_the_portal(tmp_path: Path) -> None:
    """SEC-6."""
    assert tried(tmp_path, WHOLE, memory=300_000_000) != ""


def test_too_much_time_ends_the_process(tmp_path: Path) -> None:
    """SEC-6."""
    assert "was not loaded and run once within 0.01 s" in tried(tmp_path, WHOLE, limit_s=0.01)
