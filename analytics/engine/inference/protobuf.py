"""Just enough of protobuf's wire format to look through a message, and to write it with a few of its fields changed.

A message is a row of fields: a number, how the value is written (a wire type), and the value. Bytes may be a text, a
list of numbers or a message inside; which one, only the schema knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

VARINT, EIGHT_BYTES, BYTES, FOUR_BYTES = 0, 1, 2, 5
_LENGTHS = {EIGHT_BYTES: 8, FOUR_BYTES: 4}

Edit = Callable[[memoryview], bytes | None]


class ProtobufError(ValueError):
    """What was read is no protobuf message, or only a part of one."""


class Field(NamedTuple):
    """One field. value: 0 to 2⁶⁴ - 1 for VARINT, the bytes as they stand for everything else."""

    number: int
    wire: int
    value: int | memoryview | bytes


def fields_read(message: memoryview) -> Iterator[Field]:
    """In their order; an empty message has none. Raises ProtobufError."""
    at = 0
    try:
        while at < len(message):
            found, at = _field(message, at)
            yield found
    except IndexError as exc:
        raise ProtobufError("it ends too early") from exc


def field_write(number: int, value: int | memoryview | bytes, wire: int = BYTES) -> bytes:
    """The bytes of one field."""
    tag = _varint_write(number << 3 | wire)
    if isinstance(value, int):
        return tag + _varint_write(value)
    return tag + (_varint_write(len(value)) if wire == BYTES else b"") + bytes(value)


def fields_edit(message: memoryview, edits: Mapping[int, Edit]) -> bytes:
    """The message with what each edit makes of the bytes of its field; None leaves the field out."""
    return b"".join(_edited(field, edits) for field in fields_read(message))


def varints_read(packed: memoryview) -> Iterator[int]:
    """The numbers of a packed list. Raises ProtobufError."""
    at = 0
    try:
        while at < len(packed):
            value, at = _varint_read(packed, at)
            yield value
    except IndexError as exc:
        raise ProtobufError("it ends too early") from exc


def _edited(field: Field, edits: Mapping[int, Edit]) -> bytes:
    number, wire, value = field
    made = edits[number](value) if number in edits and wire == BYTES and isinstance(value, memoryview) else value
    return b"" if made is None else field_write(number, made, wire)


def _field(message: memoryview, at: int) -> tuple[Field, int]:
    tag, at = _varint_read(message, at)
    number, wire = tag >> 3, tag & 7
    if wire == VARINT:
        value, at = _varint_read(message, at)
        return Field(number, wire, value), at
    length, at = _length(message, at, wire)
    if at + length > len(message):
        raise IndexError
    return Field(number, wire, message[at : at + length]), at + length


def _length(message: memoryview, at: int, wire: int) -> tuple[int, int]:
    if wire == BYTES:
        return _varint_read(message, at)
    if wire not in _LENGTHS:
        raise ProtobufError(f"a field is written in the way {wire}, which there is not")
    return _LENGTHS[wire], at


def _varint_read(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ProtobufError("a number in it has no end")


def _varint_write(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(parts) + bytes([value])
