"""Small networks and manifests made in the test: ONNX files written byte by byte, no download and no other library."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.manifest import Manifest, manifest_from_json
from analytics.engine.inference.networks import Network

PVB_CLASSES = {"0": "vehicle", "1": "human_body", "2": "bicycle"}
COCO_CLASSES = {"0": "human_body", "1": "bicycle", "2": "vehicle", "3": "bicycle", "5": "vehicle", "7": "vehicle"}
SCALE = [[0, 0], [0.5, 25], [1, 99]]
FACES: dict[str, Any] = {
    "task": "nonmask",
    "decoder": "corners",
    "classes": {"0": "mask", "1": "no_mask"},
    "scores": {"mask": SCALE, "no_mask": SCALE},
}
"""What makes the manifest one of a network for faces."""


def manifest_json(**changes: Any) -> dict[str, Any]:
    """A manifest that is right in every field, with changes."""
    data: dict[str, Any] = {
        "format": "lookout-network/1",
        "id": "little",
        "file": "little.onnx",
        "sha256": "0" * 64,
        "licence": "MIT",
        "origin": "made in the test",
        "rank": 1,
        "input": {"name": "image", "width": 64, "height": 64, "colour": "BGR", "resize": "plain"},
        "decoder": "ssd_pvb",
        "nms_iou": 0.45,
        "largest_box": 0.8,
        "classes": PVB_CLASSES,
        "scores": {"human_body": SCALE, "vehicle": SCALE, "bicycle": SCALE},
    }
    return data | changes


def manifest(**changes: Any) -> Manifest:
    """The same, read."""
    return manifest_from_json(manifest_json(**changes))


def network_put(folder: Path, data: bytes, **changes: Any) -> Network:
    """Write an ONNX file with its manifest beside it."""
    described = manifest_json(**({"sha256": hashlib.sha256(data).hexdigest()} | changes))
    path = folder / described["file"]
    path.write_bytes(data)
    path.with_suffix(".json").write_text(json.dumps(described), encoding="utf-8")
    return Network(manifest_from_json(described), path)


def pvb_outputs(rows: list[tuple[float, ...]]) -> dict[str, NDArray[np.float32]]:
    """Outputs of a person-vehicle-bike network; a row is x1 y1 x2 y2 vehicle person bike (the rest is background)."""
    table = np.array(rows, np.float32).reshape(-1, 7)
    background = 1 - table[:, 4:].sum(axis=1, keepdims=True)
    return {"boxes": table[None, :, :4], "scores": np.concatenate((table[:, 4:], background), axis=1)[None]}


def corners_outputs(rows: list[tuple[float, ...]]) -> dict[str, NDArray[np.float32]]:
    """Outputs of a network trained here; a row is x1 y1 x2 y2 and a score for each class."""
    table = np.array(rows, np.float32)
    return {"boxes": table[None, :, :4], "scores": table[None, :, 4:]}


def constant_network(
    outputs: Mapping[str, NDArray[np.float32]], name: str = "image", shape: tuple[int, ...] = (1, 3, 64, 64)
) -> bytes:
    """An ONNX file with one float input that always answers the same, whatever it is shown."""
    nodes = b"".join(_field(1, _constant(output, value)) for output, value in outputs.items())
    results = b"".join(_field(12, _value(output, value.shape)) for output, value in outputs.items())
    graph = nodes + _field(2, b"graph") + _field(11, _value(name, shape)) + results
    return _number(1, 8) + _field(7, graph) + _field(8, _number(2, 13))


def _constant(name: str, value: NDArray[np.float32]) -> bytes:
    dims = b"".join(_number(1, size) for size in value.shape)
    tensor = dims + _number(2, 1) + _field(9, value.astype("<f4").tobytes())
    attribute = _field(1, b"value") + _field(5, tensor) + _number(20, 4)
    return _field(2, name.encode()) + _field(4, b"Constant") + _field(5, attribute)


def _value(name: str, shape: tuple[int, ...]) -> bytes:
    dims = b"".join(_field(1, _number(1, size)) for size in shape)
    return _field(1, name.encode()) + _field(2, _field(1, _number(1, 1) + _field(2, dims)))


def _field(tag: int, data: bytes) -> bytes:
    """A protobuf field of bytes (wire type 2)."""
    return _varint(tag << 3 | 2) + _varint(len(data)) + data


def _number(tag: int, value: int) -> bytes:
    """A protobuf field of a whole number (wire type 0)."""
    return _varint(tag << 3) + _varint(value)


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(parts) + bytes([value])


def onnx_tensor(location: str = "") -> bytes:
    """A tensor of one number; with `location` its numbers lie in that file."""
    if not location:
        return _number(1, 1) + _number(2, 1) + _field(9, b"\0\0\0\0")
    entry = _field(1, b"location") + _field(2, location.encode())
    return _number(1, 1) + _number(2, 1) + _field(13, entry) + _number(14, 1)


def onnx_node(
    *, operator: str = "If", domain: str = "", tensor: bytes = b"", inner: bytes = b"", graph: bytes = b""
) -> bytes:
    """A node with a tensor of its own, one inside a graph of its own, or another node there."""
    attributes = _field(5, tensor) if tensor else b""
    attributes += _field(6, _field(5, inner)) if inner else b""
    attributes += _field(6, _field(1, graph)) if graph else b""
    return _field(4, operator.encode()) + _field(7, domain.encode()) + _field(5, attributes)


def onnx_model(*, node: bytes = b"", initializer: bytes = b"", opset: int | None = 13) -> bytes:
    """A file with one graph; whether anything could run it is another matter."""
    graph = (_field(1, node) if node else b"") + (_field(5, initializer) if initializer else b"")
    return _field(7, graph) + (b"" if opset is None else _field(8, _number(2, opset)))
