"""The multipart decoder: bytes in, bodies out."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.capture.multipart import GAP_LIMIT, MultipartDecoder, MultipartError, boundary_of

BODIES = [b"\xff\xd8first\r\n\xff\xd9", b"\xff\xd8--se-cond--\xff\xd9", b"\xff\xd8\xff\xd9"]


def part(body: bytes, *, line_end: bytes = b"\r\n", length: bool = True, dashes: bytes = b"--") -> bytes:
    lines = [dashes + b"frame", b"Content-Type: image/jpeg"]
    lines += [b"content-length:  %d" % len(body)] if length else []
    return line_end.join([*lines, b"", body, b""])


def feed_in_pieces(decoder: MultipartDecoder, wire: bytes, sizes: list[int]) -> list[bytes]:
    got, position = [], 0
    for size in sizes:
        got += decoder.feed(wire[position : position + size])
        position += size
    return got


FORMS = [
    pytest.param({}, id="as-written-down"),
    pytest.param({"line_end": b"\n"}, id="bare-line-feeds"),
    pytest.param({"dashes": b"----"}, id="dashes-twice"),
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("boundary", [b"frame", b"--frame"])
def test_every_cut_gives_the_same_pictures(form: dict, boundary: bytes) -> None:
    """CAM-1: the stream arrives in pieces of any size."""
    wire = b"junk\r\n" + b"".join(part(body, **form) for body in BODIES)

    for cut in range(len(wire) + 1):
        decoder = MultipartDecoder(boundary)
        assert decoder.feed(wire[:cut]) + decoder.feed(wire[cut:]) == BODIES


@given(st.lists(st.integers(1, 40), max_size=60))
def test_any_cutting_gives_the_same_pictures(sizes: list[int]) -> None:
    """CAM-1: also many small pieces, and parts without a length."""
    wire = b"".join(part(body, length=False) for body in BODIES) + b"--frame--\r\n"
    decoder = MultipartDecoder(b"frame")
    got = feed_in_pieces(decoder, wire, [*sizes, len(wire)])

    assert [body.rstrip(b"\r\n") for body in got] == BODIES
    assert decoder.ended
    assert decoder.feed(b"more") == []


@pytest.mark.parametrize(
    ("wire", "complaint"),
    [
        (bytes(range(256)) * 300, "no boundary"),
        (b"--frame\r\nX: " + b"y" * 9000, "headers of a part do not end"),
        (b"--frame\r\nContent-Length: 99999999\r\n\r\n", "announces too much"),
        (b"--frame\r\n\r\n" + bytes(3000), "does not end"),
        (part(b"x") + bytes(GAP_LIMIT + 100), "byte 58: no boundary"),
    ],
)
def test_garbage_is_refused_and_memory_stays_bounded(wire: bytes, complaint: str) -> None:
    """SPEC 15: a camera that sends garbage or floods; the offset is named."""
    decoder = MultipartDecoder(b"frame", limit=2000)

    with pytest.raises(MultipartError, match=complaint):
        feed_in_pieces(decoder, wire, [500] * (len(wire) // 500 + 1))


@given(st.binary(max_size=3000))
def test_any_bytes_are_decoded_or_refused(wire: bytes) -> None:
    """SPEC 15: garbage never ends in another error."""
    decoder = MultipartDecoder(b"f", limit=500)
    with suppress(MultipartError):
        assert all(len(body) <= 500 for body in decoder.feed(wire))


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/x-mixed-replace;boundary=frame", b"frame"),
        ('multipart/x-mixed-replace; Boundary = "my frame"; x=y', b"my frame"),
        ("multipart/x-mixed-replace; boundary=--myboundary", b"--myboundary"),
    ],
)
def test_the_boundary_is_read_from_the_header(content_type: str, boundary: bytes) -> None:
    """CAM-1: quoted, bare, with dashes."""
    assert boundary_of(content_type) == boundary


def test_a_missing_boundary_is_named() -> None:
    """CAM-2: the reason tells what the camera sent."""
    with pytest.raises(MultipartError, match="announces no boundary"):
        boundary_of("multipart/x-mixed-replace")
