"""Networks of a few nodes that a test writes: each picture's pixels are its boxes and scores, brought into their shape.

The shape is where most exporters write down how many pictures there are; it may stand in a table of the file, as raw
bytes or as a list of numbers, or in a node of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from analytics.engine.inference.protobuf import VARINT, field_write

Form = Literal["raw table", "packed table", "constant"]
SIDE = 64  # of the input, as `builders.manifest` has it
ROWS = 3 * SIDE * SIDE // 4
INT64, FLOAT = 7, 1


def reshaping_network(
    target: Sequence[int] = (1, ROWS, 4), form: Form = "raw table", *, mixing: bool = False, allow_zero: bool = False
) -> bytes:
    """ONNX file: `boxes` and `scores` are the picture in the shape of `target`.

    mixing: the scores of several pictures depend on each other.    allow_zero: 0 in a target means the size 0.
    """
    zero = [_attribute("allowzero", number=1)] if allow_zero else []
    nodes = [_node("Reshape", ["image", "target"], ["boxes"], zero)]
    nodes += [_node("Softmax", ["boxes"], ["scores"], [_attribute("axis", number=0)])] if mixing else []
    nodes += [] if mixing else [_node("Reshape", ["image", "target"], ["scores"], zero)]
    tensor = _tensor("target", target, packed=form == "packed table")
    if form == "constant":
        nodes = [_node("Constant", [], ["target"], [_attribute("value", tensor=tensor)]), *nodes]
    tables = [] if form == "constant" else [tensor]
    return _model(nodes, tables)


def _model(nodes: list[bytes], tables: list[bytes]) -> bytes:
    parts = [*((1, node) for node in nodes), (2, b"graph"), *((5, table) for table in tables)]
    parts += [(11, _value("image", (1, 3, SIDE, SIDE)))]
    parts += [(12, _value(name, (1, ROWS, 4))) for name in ("boxes", "scores")]
    parts += [(13, _value("between", (1, ROWS, 4)))]
    graph = b"".join(field_write(number, part) for number, part in parts)
    opset = field_write(2, 14, VARINT)
    return field_write(1, 8, VARINT) + field_write(7, graph) + field_write(8, opset)


def _node(operator: str, inputs: list[str], outputs: list[str], attributes: list[bytes]) -> bytes:
    texts = [(1, name) for name in inputs] + [(2, name) for name in outputs] + [(4, operator)]
    words = b"".join(field_write(number, text.encode()) for number, text in texts)
    return words + b"".join(field_write(5, one) for one in attributes)


def _attribute(name: str, **value: Any) -> bytes:
    named = field_write(1, name.encode())
    if "tensor" in value:
        return named + field_write(5, value["tensor"]) + field_write(20, 4, VARINT)
    return named + field_write(3, value["number"], VARINT) + field_write(20, 2, VARINT)


def _tensor(name: str, numbers: Sequence[int], *, packed: bool) -> bytes:
    head = field_write(1, len(numbers), VARINT) + field_write(2, INT64, VARINT) + field_write(8, name.encode())
    if packed:
        varints = b"".join(field_write(1, number % 2**64, VARINT)[1:] for number in numbers)
        return head + field_write(7, varints)
    return head + field_write(9, np.array(numbers, "<i8").tobytes())


def _value(name: str, shape: Sequence[int]) -> bytes:
    sizes = b"".join(field_write(1, field_write(1, size, VARINT)) for size in shape)
    tensor = field_write(1, FLOAT, VARINT) + field_write(2, sizes)
    return field_write(1, name.encode()) + field_write(2, field_write(1, tensor))
