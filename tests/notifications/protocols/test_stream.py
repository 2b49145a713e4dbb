"""Records out of a stream of bytes: however it is cut, and whatever stands in it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.protocols.base import ProtocolError
from notifications.protocols.stream import Decoder, end_of_line

LIMIT = 12


def number(line: bytes) -> int:
    """A line with a decimal number."""
    if not line.strip().isdigit():
        raise ProtocolError(f"{line!r} is no number", 1)
    return int(line)


def decoder() -> Decoder[int]:
    return Decoder(end_of_line, number, most_bytes=LIMIT, what="numbers")


def read(chunks: list[bytes]) -> tuple[list[int], ProtocolError | None]:
    """Everything a receiver gets out of the chunks, and the damage that ended it."""
    stream, records = decoder(), []
    try:
        for chunk in chunks:
            records += stream.feed(chunk)
        stream.end()
    except ProtocolError as exc:
        return records, exc
    return records, None


@given(st.lists(st.integers(0, 9999)), st.lists(st.integers(0, 60)))
def test_every_cut_gives_the_same_records(numbers: list[int], cuts: list[int]) -> None:
    """STYLE 7: TCP knows no messages."""
    wire = b"".join(b"%d\n" % one for one in numbers)
    places = [0, *sorted(min(cut, len(wire)) for cut in cuts), len(wire)]
    chunks = [wire[start:end] for start, end in pairwise(places)]

    assert read(chunks) == (numbers, None)


@given(st.binary(max_size=40), st.integers(0, 40))
def test_garbage_is_found_at_the_same_place_whatever_the_cut(data: bytes, cut: int) -> None:
    """STYLE 7: ProtocolError, naming the offset; the records before it are kept."""
    whole = read([data])
    halves = read([data[:cut], data[cut:]])
    single = read([data[place : place + 1] for place in range(len(data))])

    assert whole[0] == halves[0] == single[0]
    assert str(whole[1]) == str(halves[1]) == str(single[1])


def test_a_short_line_behind_a_long_one_is_not_skipped() -> None:
    """The search goes on where the last bytes ended, but for a new unit from its beginning."""
    stream = Decoder(end_of_line, len, most_bytes=1000, what="lines")

    assert stream.feed(b"x" * 200) == []
    assert stream.feed(b"\n1\n\n") == [201, 2, 1]


def test_records_before_damage_are_returned_and_nothing_after_it() -> None:
    """SPEC 15: the alarm before the garbage is not lost."""
    stream = decoder()

    assert stream.feed(b"1\n22\nx\n3\n") == [1, 22]
    assert stream.broken is not None
    assert stream.broken.offset == 6
    with pytest.raises(ProtocolError, match=r"is no number \(byte 6\)"):
        stream.feed(b"4\n")
    with pytest.raises(ProtocolError, match=r"byte 6"):
        stream.end()


@pytest.mark.parametrize("wire", [b"1" * 13, b"1\n" + b"1" * 12 + b"\n"], ids=["without end", "with its end"])
def test_a_unit_that_is_too_long_is_damage(wire: bytes) -> None:
    """SPEC 15: memory is bounded, whoever sends."""
    assert "longer than 12 bytes" in str(read([wire])[1])


def test_what_is_broken_off_is_damage_at_the_end_only() -> None:
    """A connection that ends in the middle of a line has lost something."""
    records, damage = read([b"1\n2"])

    assert (records, str(damage)) == ([1], "numbers: broken off (byte 3)")
    assert read([b"1\n", b"\r"]) == ([1], None)
