"""The wire format of protobuf: what is written is what is read, and what is none is said to be none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.inference.protobuf import (
    BYTES,
    EIGHT_BYTES,
    FOUR_BYTES,
    VARINT,
    ProtobufError,
    field_write,
    fields_edit,
    fields_read,
)

NUMBERS = st.integers(1, 2**29 - 1)
VALUES = st.one_of(
    st.tuples(st.just(VARINT), st.integers(0, 2**64 - 1)),
    st.tuples(st.just(BYTES), st.binary(max_size=300)),
    st.tuples(st.just(EIGHT_BYTES), st.binary(min_size=8, max_size=8)),
    st.tuples(st.just(FOUR_BYTES), st.binary(min_size=4, max_size=4)),
)
MESSAGES = st.lists(st.tuples(NUMBERS, VALUES), max_size=8)


def written(fields: list[tuple[int, tuple[int, int | bytes]]]) -> bytes:
    return b"".join(field_write(number, value, wire) for number, (wire, value) in fields)


@given(MESSAGES)
def test_what_is_written_is_read_again(fields: list[tuple[int, tuple[int, int | bytes]]]) -> None:
    """SEC-6: every wire type, in their order."""
    read = [
        (number, (wire, value if isinstance(value, int) else bytes(value)))
        for number, wire, value in fields_read(memoryview(written(fields)))
    ]

    assert read == fields


@given(MESSAGES, NUMBERS, st.binary(max_size=20))
def test_an_edit_changes_its_field_and_no_other(
    fields: list[tuple[int, tuple[int, int | bytes]]], number: int, made: bytes
) -> None:
    """RUN-6: numbers and fixed lengths of the same number stay too: only bytes are messages."""
    fields = [*fields, (number, (BYTES, b"old"))]
    expected = [(one, (BYTES, made)) if (one, value[0]) == (number, BYTES) else (one, value) for one, value in fields]

    assert fields_edit(memoryview(written(fields)), {number: lambda _: made}) == written(expected)


def test_an_edit_may_leave_a_field_out() -> None:
    """RUN-6."""
    message = written([(1, (BYTES, b"one")), (2, (BYTES, b"two")), (1, (BYTES, b"more"))])

    assert fields_edit(memoryview(message), {1: lambda _: None}) == written([(2, (BYTES, b"two"))])


@given(st.binary(max_size=64))
def test_garbage_is_read_or_refused_and_nothing_else(data: bytes) -> None:
    """SEC-6: no other error comes out, and no endless loop."""
    try:
        fields = list(fields_read(memoryview(data)))
    except ProtobufError:
        return
    assert len(fields) <= len(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"\x0a\x05abc", "ends too early", id="cut"),
        pytest.param(b"\x0b", "written in the way 3", id="groups, which nobody writes any more"),
        pytest.param(b"\x08" + b"\xff" * 12, "no end", id="an endless number"),
    ],
)
def test_what_is_wrong_with_a_message_is_said(data: bytes, words: str) -> None:
    """SEC-6."""
    with pytest.raises(ProtobufError, match=words):
        list(fields_read(memoryview(data)))
