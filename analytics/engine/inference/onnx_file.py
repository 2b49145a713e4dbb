"""What an ONNX file is made of, read without loading it: nothing in it may lead to other files or programs (SEC-6).

An ONNX file is one protobuf message: pairs of a field number and a value, messages in messages. Read is only what
`_INSIDE` names; weights are stepped over. onnxruntime would open files that a tensor names, relative to this one, and
some operators outside of the standard name files as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from analytics.engine.inference.errors import NetworkBrokenError
from analytics.engine.inference.protobuf import Field, ProtobufError, fields_read

LOWEST_OPSET = 7  # of the standard operators, as onnxruntime has them
STANDARD = ("", "ai.onnx", "ai.onnx.ml")
DEEPEST = 24  # messages in messages; a graph in a loop in a graph takes three each

_INSIDE = {
    "model": {7: "graph", 8: "opset", 20: "training", 25: "function"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "function": {7: "node", 9: "opset", 11: "attribute"},
    "training": {1: "graph", 2: "graph"},
}
_NODE_OPERATOR, _NODE_DOMAIN, _TENSOR_FILE, _TENSOR_PLACE, _OPSET_DOMAIN, _OPSET_VERSION = 4, 7, 13, 14, 1, 2


@dataclass(slots=True)
class OnnxFacts:
    """opset: of the standard operators; None: the file names none.    graphs: how many, those inside others too."""

    opset: int | None = None
    graphs: int = 0
    operators: set[str] = field(default_factory=set)


def onnx_read(data: bytes) -> OnnxFacts:
    """Raises NetworkBrokenError for what is no ONNX file, or none that stands alone."""
    facts = OnnxFacts()
    try:
        _read("model", memoryview(data), facts, 0)
    except (ProtobufError, UnicodeDecodeError) as exc:
        raise NetworkBrokenError("it is no ONNX file, or only a part of one") from exc
    if not facts.graphs or facts.opset is None:
        raise NetworkBrokenError("it is no ONNX file: a graph and the version of its operators (opset) are needed")
    if facts.opset < LOWEST_OPSET:
        raise NetworkBrokenError(f"its operators are of opset {facts.opset}, {LOWEST_OPSET} or later was expected")
    return facts


def _read(kind: str, message: memoryview, facts: OnnxFacts, depth: int) -> None:
    if depth > DEEPEST:
        raise NetworkBrokenError(f"it is nested more than {DEEPEST} deep")
    facts.graphs += kind == "graph"
    fields = list(fields_read(message))
    for number, _, value in fields:
        inside = _INSIDE.get(kind, {}).get(number)
        if inside is not None and isinstance(value, memoryview):
            _read(inside, value, facts, depth + 1)
    if kind == "node":
        _check_node(fields, facts)
    elif kind == "tensor":
        _check_tensor(fields)
    elif kind == "opset":
        _note_opset(fields, facts)


def _check_node(fields: list[Field], facts: OnnxFacts) -> None:
    operator, domain = _text(fields, _NODE_OPERATOR), _text(fields, _NODE_DOMAIN)
    if domain not in STANDARD:
        raise NetworkBrokenError(f"the operator {operator[:60]!r} is of {domain[:60]!r}: only standard ones are run")
    facts.operators.add(operator)


def _check_tensor(fields: list[Field]) -> None:
    if any(number == _TENSOR_FILE or (number == _TENSOR_PLACE and value) for number, _, value in fields):
        raise NetworkBrokenError("its weights lie in another file (external data): export it as one file")


def _note_opset(fields: list[Field], facts: OnnxFacts) -> None:
    if _text(fields, _OPSET_DOMAIN) in STANDARD[:2]:
        version = next((value for number, _, value in fields if number == _OPSET_VERSION), 0)
        facts.opset = version if isinstance(version, int) else 0


def _text(fields: list[Field], wanted: int) -> str:
    """The last one counts, as protobuf has it."""
    found = [value for number, _, value in fields if number == wanted and isinstance(value, memoryview)]
    return bytes(found[-1]).decode() if found else ""
