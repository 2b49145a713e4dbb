"""Hysteresis in value and time (CAM-8), as rules that always hold."""

from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.scene.advice import Finding, Hold, Limit
from analytics.engine.scene.steady import Steady

HOLD = Hold(comes_ms=3000, goes_ms=5000)
LOOKS = st.lists(st.sampled_from([True, False, None]), max_size=60)


def told_after(looks: list[bool | None]) -> list[bool]:
    """What is told after each look, one a second."""
    steady, told = Steady(), []
    for second, wrong in enumerate(looks):
        steady = steady.step(Finding(wrong, float(second)), second * 1000, HOLD)
        told.append(steady.told)
    return told


@given(LOOKS)
def test_what_turns_was_said_long_enough(looks: list[bool | None]) -> None:
    """CAM-8: before each turn every known look of the whole hold said so, and the known ones reach back far enough."""
    told = [False, *told_after(looks)]
    for second in range(len(looks)):
        if told[second] == told[second + 1]:
            continue
        hold_s = (HOLD.comes_ms if told[second + 1] else HOLD.goes_ms) // 1000
        known = [look for look in looks[second - hold_s : second + 1] if look is not None]
        assert set(known) == {told[second + 1]}


@given(LOOKS, st.integers(0, 60))
def test_what_is_not_known_turns_nothing(looks: list[bool | None], unknown: int) -> None:
    """CAM-8: an hour of darkness leaves everything as it was."""
    before = told_after(looks)
    after = told_after([*looks, *[None] * unknown])

    assert after[len(looks) :] == [before[-1] if before else False] * unknown


def test_a_steady_wrong_comes_and_a_steady_right_goes() -> None:
    """CAM-8: after three seconds, and after five."""
    assert told_after([True] * 5 + [False] * 7) == [False] * 3 + [True] * 7 + [False] * 2


def test_the_wrong_figure_stands_until_it_is_over() -> None:
    """CAM-8: nobody reads “moved: 0 %”."""
    steady = Steady()
    for second, (wrong, value) in enumerate([(True, 8.0)] * 4 + [(False, 0.1)] * 3):
        steady = steady.step(Finding(wrong, value), second * 1000, HOLD)

    assert (steady.told, steady.value) == (True, 8.0)


@given(st.floats(-100, 100), st.floats(0.1, 10), st.booleans())
def test_a_limit_has_a_middle_that_turns_nothing(comes: float, apart: float, upwards: bool) -> None:
    """CAM-8: whichever way is wrong."""
    goes = comes - apart if upwards else comes + apart
    limit = Limit(comes, goes)

    assert (limit.wrong(comes), limit.wrong(goes), limit.wrong(None)) == (True, False, None)
    assert limit.wrong((comes + goes) / 2) is None
