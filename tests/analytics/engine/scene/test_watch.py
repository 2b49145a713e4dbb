"""Scene advice from drawn pictures that are spoilt on purpose (CAM-8)."""

import numpy as np
import pytest

from analytics.engine.scene.advice import Advice
from analytics.engine.scene.memory import SceneMemory
from analytics.engine.scene.watch import SceneWatch
from cameras.capture.frame import Frame
from tests.analytics.engine.scene.scenery import (
    BEGIN,
    Spoil,
    blurred,
    darker,
    drawn,
    foggy,
    glaring,
    result,
    shaking,
    shifted,
    show,
    tracks,
    watched,
    words,
)

LEARNT_S = 40  # the view is kept by then


@pytest.fixture
def watch() -> SceneWatch:
    """That has seen enough of the square to know it."""
    watch = SceneWatch()
    assert watched(watch, show(0, LEARNT_S)) == []
    return watch


def test_a_good_picture_is_told_nothing(watch: SceneWatch) -> None:
    """CAM-8: no advice on a scene that is as it should be, however long."""
    assert watched(watch, show(LEARNT_S, 240)) == []
    assert watch.standing == ()


@pytest.mark.parametrize(
    ("spoil", "advice"),
    [
        pytest.param(darker, Advice.DARK, id="dark"),
        pytest.param(foggy, Advice.WASHED_OUT, id="fog"),
        pytest.param(glaring, Advice.WASHED_OUT, id="glare"),
        pytest.param(blurred, Advice.BLURRED, id="blur"),
        pytest.param(shifted(0.05), Advice.MOVED, id="moved across"),
        pytest.param(shifted(0.0, 0.06), Advice.MOVED, id="moved down"),
        pytest.param(shifted(0.3, 0.2), Advice.MOVED, id="moved far"),
    ],
)
def test_a_spoilt_picture_is_told_and_taken_back(watch: SceneWatch, spoil: Spoil, advice: Advice) -> None:
    """CAM-8: exactly the one thing that is wrong, within a minute; gone again within a minute."""
    came = watched(watch, show(LEARNT_S, 100, spoil))
    went = watched(watch, show(100, 160))

    assert words(came) == [(advice, True)]
    assert words(went) == [(advice, False)]
    assert watch.standing == ()


def test_another_view_is_told_without_a_figure(watch: SceneWatch) -> None:
    """CAM-8: hung up anew, head down: nothing is left to measure a shift by."""
    came = watched(watch, show(LEARNT_S, 100, lambda luma: np.ascontiguousarray(luma[::-1, ::-1])))

    assert words(came) == [(Advice.MOVED, True)]
    assert came[0].value is None


def test_a_camera_in_the_wind_is_told(watch: SceneWatch) -> None:
    """CAM-8: swinging by a few per cent from look to look; it is shaking, not moved."""
    came = watched(watch, shaking(LEARNT_S, 90, 0.04))

    assert words(came) == [(Advice.SHAKING, True)]


def test_a_camera_that_trembles_is_left_alone(watch: SceneWatch) -> None:
    """CAM-8: below a per cent nothing is harmed."""
    assert watched(watch, shaking(LEARNT_S, 90, 0.004)) == []


def test_one_push_is_no_shaking(watch: SceneWatch) -> None:
    """CAM-8: a single step aside, and back."""
    assert watched(watch, [*show(LEARNT_S, 41, shifted(0.04)), *show(41, 90)]) == []


def test_what_passes_at_once_is_not_told(watch: SceneWatch) -> None:
    """CAM-8: a lamp that is off for eight seconds."""
    assert watched(watch, [*show(LEARNT_S, 48, darker), *show(48, 100)]) == []


def test_no_advice_flickers(watch: SceneWatch) -> None:
    """CAM-8: dark and bright by turns, every five seconds, turns nothing."""
    frames = [one for begin in range(LEARNT_S, 120, 10) for one in [*show(begin, begin + 5, darker)]]
    bright = [one for begin in range(LEARNT_S, 120, 10) for one in [*show(begin + 5, begin + 10)]]

    assert watched(watch, sorted([*frames, *bright], key=lambda one: one.at_ms)) == []


def test_in_the_dark_nothing_else_is_said(watch: SceneWatch) -> None:
    """CAM-8: a dark picture is neither out of focus nor moved: nobody can know."""
    came = watched(watch, show(LEARNT_S, 140, lambda luma: darker(blurred(shifted(0.1)(luma)))))

    assert words(came) == [(Advice.DARK, True)]


def test_a_gap_ends_what_was_only_suspected(watch: SceneWatch) -> None:
    """CAM-8: nine dark seconds before a lost connection and two after it are not eleven."""
    frames = [*show(LEARNT_S, 49, darker), *show(80, 82, darker), *show(82, 100)]

    assert watched(watch, frames) == []


def test_advice_says_since_when_and_how_much(watch: SceneWatch) -> None:
    """CAM-8: what screens and API show."""
    watched(watch, show(LEARNT_S, 60, darker))

    (standing,) = watch.standing
    assert standing.advice is Advice.DARK
    assert standing.since == BEGIN + LEARNT_S + 10
    assert standing.value is not None
    assert 0 < standing.value < 16


def test_another_owner_goes_on_with_the_advice_and_the_view(watch: SceneWatch) -> None:
    """CAM-8: the camera was moved while nobody looked: the next owner tells it; what held goes on holding."""
    watched(watch, show(LEARNT_S, 60, darker))
    memory = SceneMemory({one.advice: one.since for one in watch.standing}, watch.views)

    other = SceneWatch(memory)
    told = watched(other, show(1000, 1060, shifted(0.08)))

    assert words(told) == [(Advice.DARK, False), (Advice.MOVED, True)]
    assert sum(len(view) for view in memory.views.values()) < 10_000


def test_a_confirmed_view_is_the_right_one(watch: SceneWatch) -> None:
    """CAM-8: after `forget_view` the new view is learnt, and the old one would be the wrong one."""
    moved = watched(watch, show(LEARNT_S, 100, shifted(0.1)))
    watch.forget_view()
    went = watched(watch, show(100, 160, shifted(0.1)))
    back = watched(watch, show(160, 220))

    assert words(moved) == [(Advice.MOVED, True)]
    assert words(went) == [(Advice.MOVED, False)]
    assert words(back) == [(Advice.MOVED, True)]


def test_a_picture_of_another_shape_is_another_view(watch: SceneWatch) -> None:
    """CAM-7: the stream changed to 4:3 in mid-stream; that is no move."""
    frames = [
        Frame.from_bgr(np.ascontiguousarray(drawn(second % 60).bgr()[:, 80:560]), at_ms=second * 1000)
        for second in range(LEARNT_S, 120)
    ]

    assert watched(watch, frames) == []


def test_infrared_is_compared_with_infrared(watch: SceneWatch) -> None:
    """CAM-8: at night the same square looks otherwise; it has a view of its own."""
    night = lambda luma: np.asarray(235 - luma // 2, np.uint8)  # noqa: E731

    assert watched(watch, show(LEARNT_S, 140, night), monochrome=True) == []
    assert watched(watch, show(140, 200)) == []
    assert set(watch.views) == {"colour", "monochrome"}


def test_too_many_objects_are_told(watch: SceneWatch) -> None:
    """OCC-8, CAM-8: more than can be counted, for a while."""
    came = watched(watch, show(LEARNT_S, 60), saturated=True, picture_count=40)

    assert words(came) == [(Advice.CROWDED, True)]


@pytest.mark.parametrize(
    ("width", "height", "advice"),
    [
        pytest.param(0.02, 0.07, Advice.SMALL, id="small"),
        pytest.param(0.55, 0.9, Advice.CLOSE, id="close"),
        pytest.param(0.2, 0.12, Advice.TILTED, id="lying across"),
        pytest.param(0.06, 0.25, None, id="fine"),
    ],
)
def test_people_are_measured(watch: SceneWatch, width: float, height: float, advice: Advice | None) -> None:
    """CAM-8: by the middle of the last different people."""
    told = []
    for number, frame in enumerate(show(LEARNT_S, 70)):
        x, y = 0.05 + 0.01 * number, 0.05
        seen = tracks((x, y, x + width, y + height), first_id=number)
        told += watch.look(frame, result(frame, seen))

    assert words(told) == ([(advice, True)] if advice else [])


def test_one_small_person_says_nothing(watch: SceneWatch) -> None:
    """CAM-8: the same child on the square, however often it is seen."""
    seen = tracks((0.5, 0.5, 0.52, 0.56), first_id=7)
    assert watched(watch, show(LEARNT_S, 120), tracks=seen) == []


def test_looks_are_a_second_apart() -> None:
    """CAM-8: frames in between cost nothing: the view is kept after thirty seconds, not after thirty frames."""
    watch, frame = SceneWatch(), drawn(0)
    for at_ms in range(0, 20_000, 100):
        watch.look(Frame(at_ms, at_ms, BEGIN, frame.image), result(frame))

    assert watch.views == {}


@pytest.mark.parametrize("size", [(2, 2), (16, 12), (160, 120), (2560, 1440)])
def test_any_size_of_picture_is_looked_at(size: tuple[int, int]) -> None:
    """SPEC 15: a tiny or a huge picture breaks nothing."""
    watch, bgr = SceneWatch(), np.full((size[1], size[0], 3), 120, np.uint8)

    for second in range(40):
        frame = Frame.from_bgr(bgr, at_ms=second * 1000)
        watch.look(frame, result(frame))
