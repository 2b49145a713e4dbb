"""The simulated camera."""

from itertools import pairwise

import numpy as np
import pytest

from cameras.capture.scene import SceneSettings, SceneSource
from cameras.capture.source import AddressInvalidError, SourceSpec, StreamEndedError


def scene(**settings: int) -> SceneSource:
    return SceneSource(SceneSettings(**settings))


@pytest.mark.parametrize("number", [0, 7, 400])
def test_the_same_seed_gives_the_same_picture(number: int) -> None:
    """RUN-1: seeded; a picture does not depend on those asked for before."""
    one, other = scene(seed=5), scene(seed=5)
    other.frame(3)

    assert np.array_equal(one.frame(number).image, other.frame(number).image)
    assert one.counts_at(number) == other.counts_at(number)
    assert not np.array_equal(one.frame(number).image, scene(seed=6).frame(number).image)


def test_people_come_and_go_one_by_one() -> None:
    """OCC-20: true counts rise and fall smoothly, between nobody and the number asked for."""
    source = scene(people=8, cars=3, bicycles=0)
    counts = [source.counts_at(number) for number in range(3000)]
    humans = [count["human"] for count in counts]

    assert 0 <= min(humans) < max(humans) <= 8
    assert max(abs(b - a) for a, b in pairwise(humans)) <= 2
    assert len(set(humans)) >= 4
    assert {count["vehicle"] for count in counts} >= {0, 1}


@pytest.mark.parametrize("people", [0, 1, 12, 60])
def test_steady_people_stay(people: int) -> None:
    """OCC-26: any number up to 60, always in the picture."""
    source = scene(people=people, cars=0, bicycles=0, steady=1)

    assert {source.counts_at(number)["human"] for number in range(0, 5000, 50)} == {people}


def test_who_rides_is_a_human_and_a_bicycle() -> None:
    """OCC-1: as the truth of the recorded clips counts riders."""
    source = scene(people=0, cars=0, bicycles=4)
    counts = [source.counts_at(number) for number in range(0, 2000, 5)]

    assert any(count["bicycle"] for count in counts)
    assert all(count["human"] == count["bicycle"] for count in counts)


def test_boxes_hold_what_was_drawn() -> None:
    """OCC-2: the truth's boxes lie where the picture differs from the empty square."""
    source, empty = scene(people=6, cars=2, bicycles=2), scene(people=0, cars=0, bicycles=0)
    for number in (0, 150, 333):
        changed = np.abs(source.picture(number).astype(int) - empty.picture(number)).sum(axis=2) > 40
        left = changed.copy()
        for seen in source.seen_at(number):
            x0, y0, x1, y1 = np.clip(seen.xyxy, 0, 1) * (640, 360, 640, 360)
            whole = seen.xyxy[0] >= 0 and seen.xyxy[2] <= 1
            inside = changed[round(y0) : round(y1), round(x0) : round(x1)]
            assert not whole or inside.mean() > 0.25
            left[max(0, round(y0) - 6) : round(y1) + 14, max(0, round(x0) - 12) : round(x1) + 30] = False

        assert left.mean() < 0.006


def test_every_picture_says_simulated_and_none_is_like_the_one_before() -> None:
    """DEMO-1, SPEC 4.9: the label stands in the upper left corner; an empty scene is never frozen."""
    source = scene(people=0, cars=0, bicycles=0)
    first, second = source.frame(0), source.frame(1)
    yellow = (np.abs(source.picture(0)[:40, :170].astype(int) - (90, 200, 250)).sum(axis=2) < 60).mean()

    assert source.simulated
    assert yellow > 0.05
    assert not np.array_equal(first.image, second.image)


@pytest.mark.parametrize(("width", "height"), [(160, 120), (640, 360), (854, 480), (1280, 720), (480, 640)])
def test_any_usual_size_is_drawn(width: int, height: int) -> None:
    """RUN-1: the address says how large."""
    frame = scene(width=width, height=height).frame(20)

    assert (frame.width, frame.height) == (width, height)


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        ("scene:", SceneSettings()),
        ("scene://", SceneSettings()),
        ("scene:?", SceneSettings()),
        ("scene:?seed=3&people=60&cars=0&bicycles=0", SceneSettings(seed=3, people=60, cars=0, bicycles=0)),
        ("scene://?fps=25&width=854&height=480&steady=1", SceneSettings(fps=25, width=854, height=480, steady=1)),
    ],
)
def test_the_address_is_the_settings(url: str, settings: SceneSettings) -> None:
    """RUN-1: scene:?seed=1&people=5…"""
    assert SceneSettings.parse(url) == settings


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("scene:?people=61", "people is 61, expected 0 to 60"),
        ("scene:?people=50&cars=20", "71 objects, expected at most 60"),
        ("scene:?people=many", "many"),
        ("scene:?dogs=1", "unknown setting 'dogs'"),
        ("scene:?width=641", "even sizes"),
        ("scene:?people", "bad query"),
        ("scene:?width=100000", "width is 100000"),
    ],
)
def test_a_setting_out_of_range_is_named(url: str, complaint: str) -> None:
    """CAM-2: a clear reason."""
    with pytest.raises(AddressInvalidError, match=complaint):
        SceneSettings.parse(url)


def test_a_scene_plays_in_real_time_at_the_wanted_rate() -> None:
    """CAM-6: 10 fps are simulated, 5 are drawn and analysed."""
    source = SceneSource.of(SourceSpec("scene:?fps=10&width=160&height=120", fps=5))
    source.open()
    frames = [source.read() for _ in range(4)]

    assert [frame.number for frame in frames] == [0, 2, 4, 6]
    assert frames[-1].at_ms - frames[0].at_ms >= 550

    source.cancel()
    with pytest.raises(StreamEndedError):
        source.read()
    source.close()
