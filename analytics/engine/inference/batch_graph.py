"""A network that takes one picture, rewritten so that it takes any number of them in one run.

Most exporters write the number of pictures down in two kinds of places: in the shapes of inputs and outputs, and as the
first size in the targets of Reshape. Both are freed here, without loading the file. Whether the graph then answers the
same as before is not known by looking at it, but by running it: see `start.py`.

In a target, -1 stands for what is left over, once; 0 for the size that was there before (unless `allowzero` is set).
Shapes of what is in between are left out: onnxruntime works them out again.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from analytics.engine.inference.protobuf import BYTES, Edit, field_write, fields_edit, fields_read, varints_read

# Numbers of fields in onnx.proto.
_MODEL_GRAPH = 7
_GRAPH_NODE, _GRAPH_TABLE, _GRAPH_INPUT, _GRAPH_OUTPUT, _GRAPH_BETWEEN = 1, 5, 11, 12, 13
_NODE_INPUT, _NODE_OUTPUT, _NODE_OPERATOR, _NODE_ATTRIBUTE = 1, 2, 4, 5
_ATTRIBUTE_NAME, _ATTRIBUTE_NUMBER, _ATTRIBUTE_TENSOR = 1, 3, 5
_TENSOR_NUMBERS, _TENSOR_NAME, _TENSOR_RAW = 7, 8, 9
_VALUE_NAME, _VALUE_TYPE, _TYPE_TENSOR, _TENSOR_SHAPE, _SHAPE_SIZE, _SIZE_NAME = 1, 2, 1, 2, 1, 2

ANY_NUMBER = field_write(_SIZE_NAME, b"batch")

Targets = Mapping[str, bool]
"""Names of Reshape's targets, and whether 0 keeps a size there."""


def batch_freed(data: bytes) -> bytes:
    """The ONNX file with the number of pictures left open wherever it is written down. Raises ValueError for others."""
    return fields_edit(memoryview(data), {_MODEL_GRAPH: _graph})


def _graph(graph: memoryview) -> bytes:
    targets, tables = _targets(graph), _names(graph, _GRAPH_TABLE, _TENSOR_NAME)
    edits: dict[int, Edit] = {
        _GRAPH_NODE: partial(_node, targets),
        _GRAPH_TABLE: partial(_table, targets),
        _GRAPH_INPUT: partial(_value, tables),
        _GRAPH_OUTPUT: partial(_value, tables),
        _GRAPH_BETWEEN: lambda _: None,
    }
    return fields_edit(graph, edits)


def _targets(graph: memoryview) -> Targets:
    found: dict[str, bool] = {}
    for node in _messages(graph, _GRAPH_NODE):
        inputs = _texts(node, _NODE_INPUT)
        if _texts(node, _NODE_OPERATOR) == ["Reshape"] and len(inputs) > 1:
            found[inputs[1]] = found.get(inputs[1], True) and not _allows_zero(node)
    return found


def _allows_zero(node: memoryview) -> bool:
    """Whether 0 means that the size is 0."""
    named = (one for one in _messages(node, _NODE_ATTRIBUTE) if _texts(one, _ATTRIBUTE_NAME) == ["allowzero"])
    return any(number == _ATTRIBUTE_NUMBER and value for one in named for number, _, value in fields_read(one))


def _node(targets: Targets, node: memoryview) -> bytes:
    named = [name for name in _texts(node, _NODE_OUTPUT) if name in targets]
    if _texts(node, _NODE_OPERATOR) != ["Constant"] or not named:
        return bytes(node)
    tensor = partial(_target, zero_keeps=targets[named[0]])
    return fields_edit(node, {_NODE_ATTRIBUTE: partial(fields_edit, edits={_ATTRIBUTE_TENSOR: tensor})})


def _table(targets: Targets, tensor: memoryview) -> bytes:
    name = "".join(_texts(tensor, _TENSOR_NAME))
    return _target(tensor, zero_keeps=targets[name]) if name in targets else bytes(tensor)


def _target(tensor: memoryview, *, zero_keeps: bool) -> bytes:
    """A tensor of int64 with its first size freed; the same when that cannot be."""
    sizes = _sizes(tensor)
    if not sizes or sizes[0] < 1:
        return bytes(tensor)
    if -1 not in sizes:
        sizes[0] = -1
    elif sizes[0] == 1 and zero_keeps:
        sizes[0] = 0
    rest = fields_edit(tensor, {_TENSOR_NUMBERS: lambda _: None, _TENSOR_RAW: lambda _: None})
    return rest + field_write(_TENSOR_RAW, np.array(sizes, "<i8").tobytes())


def _sizes(tensor: memoryview) -> list[int]:
    raw = [np.frombuffer(one, "<i8").tolist() for one in _messages(tensor, _TENSOR_RAW)]
    packed = [
        np.array(list(varints_read(one)), "<u8").view("<i8").tolist() for one in _messages(tensor, _TENSOR_NUMBERS)
    ]
    return [size for sizes in (*raw, *packed) for size in sizes]


def _value(tables: set[str], value: memoryview) -> bytes:
    """An input or output; files of old list their weights among the inputs."""
    if set(_texts(value, _VALUE_NAME)) & tables:
        return bytes(value)
    tensor = partial(fields_edit, edits={_TENSOR_SHAPE: _shape})
    return fields_edit(value, {_VALUE_TYPE: partial(fields_edit, edits={_TYPE_TENSOR: tensor})})


def _shape(shape: memoryview) -> bytes:
    sizes = _messages(shape, _SHAPE_SIZE)
    freed = [ANY_NUMBER, *map(bytes, sizes[1:])] if sizes else []
    return b"".join(field_write(_SHAPE_SIZE, size) for size in freed)


def _names(message: memoryview, wanted: int, name: int) -> set[str]:
    return {text for one in _messages(message, wanted) for text in _texts(one, name)}


def _texts(message: memoryview, wanted: int) -> list[str]:
    return [bytes(one).decode() for one in _messages(message, wanted)]


def _messages(message: memoryview, wanted: int) -> list[memoryview]:
    found = fields_read(message)
    return [
        value for number, wire, value in found if number == wanted and wire == BYTES and isinstance(value, memoryview)
    ]
