"""What is kept of a camera in case of an alarm: small, painted, and bounded (OPR-3; DESIGN 7)."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.workers.clipring import BEFORE_MS, FPS, MOST_BYTES, MOST_PICTURES, MOST_SIDE, ClipRing
from cameras.capture.frame import Frame, empty_planes

SIZES = ((64, 36), (640, 360), (640, 480), (640, 640), (1280, 720), (36, 64))


def frame(at_ms: int, width: int = 64, height: int = 36, *, luma: int = 90) -> Frame:
    image, planes = empty_planes(width, height)
    for plane, value in zip(planes, (luma, 100, 160), strict=True):
        plane[:] = value
    return Frame(0, at_ms, at_ms / 1000, image)


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        pytest.param((1280, 720), (640, 360), id="720p"),
        pytest.param((1920, 1080), (640, 360), id="1080p"),
        pytest.param((3840, 2160), (640, 360), id="4K"),
        pytest.param((704, 576), (640, 524), id="odd height"),
        pytest.param((1080, 1920), (360, 640), id="turned"),
        pytest.param((320, 180), (320, 180), id="never enlarged"),
    ],
)
def test_a_picture_is_scaled_with_all_its_planes(size: tuple[int, int], kept: tuple[int, int]) -> None:
    """OPR-3: at most 640 wide; brightness and colours are where they were."""
    source = frame(0, *size)
    source.luma()[: size[1] // 2] = 200

    picture = ClipRing().add(source, ())

    assert picture is not None
    assert picture.size == kept
    small = picture.frame
    top, bottom = small.luma()[: kept[1] // 2 - 1], small.luma()[kept[1] // 2 + 1 :]
    assert (np.unique(top), np.unique(bottom)) == (200, 90)
    assert [np.unique(plane) for plane in small.chroma()] == [100, 160]


@pytest.mark.parametrize(
    ("size", "own"),
    [
        pytest.param((640, 360), True, id="it fits: nothing is copied"),
        pytest.param((3840, 2160), False, id="4K: the frame must not stay because its small picture is kept"),
    ],
)
def test_a_frame_is_kept_as_it_is_only_where_it_fits(size: tuple[int, int], *, own: bool) -> None:
    """DESIGN 7: five seconds of a camera are a few megabytes, and cost no copy where they can."""
    source = frame(0, *size)
    picture = ClipRing().add(source, ())

    assert picture is not None
    assert np.shares_memory(picture.frame.image, source.image) is own


def test_five_a_second_are_kept_of_a_quick_camera() -> None:
    """DESIGN 7: 25 pictures for 5 s, whatever a camera sends."""
    ring = ClipRing()
    for at_ms in range(0, 20_000, 40):
        ring.add(frame(at_ms), ())

    times = [one.at_ms for one in ring.pictures]
    assert len(times) in (25, 26)
    assert set(np.diff(times)) == {1000 // FPS}
    assert times[-1] - times[0] <= BEFORE_MS
    assert 20_000 - times[-1] <= 1000 // FPS


def test_what_is_drawn_is_worked_out_only_when_somebody_asks() -> None:
    """DESIGN 7: nobody alarms: no JSON is made."""
    asked = []

    def areas() -> dict[str, list[int]]:
        asked.append(1)
        return {"areas": [1]}

    picture = ClipRing().add(frame(0), (areas, lambda: {"faces": [2]}))

    assert picture is not None
    assert asked == []
    assert picture.seen() == {"areas": [1], "faces": [2]}


def test_another_size_begins_anew() -> None:
    """SPEC 15: a camera that changes its resolution is told apart from what it was."""
    ring = ClipRing()
    ring.add(frame(0), ())
    ring.add(frame(200, 128, 72), ())

    assert [one.size for one in ring.pictures] == [(128, 72)]
    assert ring.bytes == 128 * 72 * 3 // 2


@given(
    gaps=st.lists(st.integers(0, 9000), max_size=120),
    sizes=st.lists(st.sampled_from(SIZES), min_size=1, max_size=3),
)
def test_the_ring_is_bounded_whatever_comes(gaps: list[int], sizes: list[tuple[int, int]]) -> None:
    """DESIGN 7: by time, count and bytes; what it says it holds is what it holds; the newest is always there."""
    ring = ClipRing()
    for at_ms, size in zip(itertools.accumulate(gaps), itertools.cycle(sizes), strict=False):
        kept = ring.add(frame(at_ms, *size), ())

        held = ring.pictures
        assert kept is None or held[-1] is kept
        assert len(held) <= MOST_PICTURES
        assert sum(one.frame.image.nbytes for one in held) == ring.bytes <= MOST_BYTES
        assert not held or held[-1].at_ms - held[0].at_ms <= BEFORE_MS
        assert {max(one.size) <= MOST_SIDE for one in held} <= {True}
        assert len({one.size for one in held}) <= 1
