"""The motion gate: which frames are looked at."""

from collections.abc import Iterable

import numpy as np
import pytest

from analytics.engine.motion import LONGEST_MS, SETTLING_MS, MotionGate, smaller
from cameras.capture.frame import Frame
from tests.analytics.engine.scenes import picture


def looked_at(gate: MotionGate, frames: Iterable[Frame]) -> list[int]:
    return [frame.at_ms for frame in frames if gate.opens(frame)]


@pytest.mark.parametrize("interval_ms", [40, 66, 100, 200, 300, 400, 700])
def test_a_quiet_picture_is_looked_at_once_a_second_at_least(interval_ms: int) -> None:
    """DESIGN 3: at least one inference per second whatever happens, at any frame rate that allows it."""
    looks = looked_at(MotionGate(), [picture(at_ms) for at_ms in range(0, 10_000, interval_ms)])

    assert looks[0] == 0
    assert max(np.diff(looks)) <= LONGEST_MS
    assert len(looks) <= (16 if interval_ms <= 500 else 10_000 / interval_ms + 1)


def test_a_slower_camera_than_one_frame_a_second_has_every_frame_looked_at() -> None:
    """DESIGN 3: no frame may be missed there."""
    assert looked_at(MotionGate(), [picture(at_ms) for at_ms in range(0, 9000, 1500)]) == list(range(0, 9000, 1500))


def test_what_moves_is_looked_at() -> None:
    """DESIGN 3: a small object that moves by its own size, each frame."""
    gate = MotionGate()
    moving = [picture(step * 200, spot=(16 * step, 80)) for step in range(15)]

    assert len(looked_at(gate, moving)) == len(moving)


def test_a_slow_change_adds_up_until_it_is_seen() -> None:
    """DESIGN 3: compared with the last picture that was looked at, not with the one before."""
    gate = MotionGate()
    gate.opens(picture(0))
    brighter = [gate.opens(picture(step * 100, grey=100 + 3 * step)) for step in range(1, 5)]

    assert brighter == [False, False, False, True]


def test_noise_is_not_motion() -> None:
    """DESIGN 3: the noise of a camera at night is gone once the picture is small."""
    draw, gate = np.random.default_rng(3), MotionGate()

    def noisy(at_ms: int) -> Frame:
        image = draw.normal(60, 8, (1080, 1280)).clip(0, 255).astype(np.uint8)
        return Frame(at_ms // 200, at_ms, 0.0, image)

    assert looked_at(gate, [noisy(at_ms) for at_ms in range(0, 1000, 200)]) == [0]


def test_the_edges_of_a_picture_that_trembles_are_not_motion() -> None:
    """DESIGN 3: a kerb from top to bottom that moves by a 160th of the picture."""
    kerb, trembled = picture(0), picture(200)
    kerb.luma()[:, :160] = trembled.luma()[:, :162] = 160

    assert looked_at(MotionGate(), [kerb, trembled]) == [0]


@pytest.mark.parametrize(("x", "y"), [(0, 0), (80, 80), (316, 170)])
def test_somebody_far_away_is_motion(x: int, y: int) -> None:
    """DESIGN 3: 4×10 pixels of 320×180, also at the rim of the picture."""
    somebody = picture(200)
    somebody.luma()[y : y + 10, x : x + 4] = 160

    assert looked_at(MotionGate(), [picture(0), somebody]) == [0, 200]


def test_after_the_light_was_switched_every_frame_is_looked_at_for_a_while() -> None:
    """DESIGN 3: large changes recalibrate the gate."""
    gate = MotionGate()
    gate.opens(picture(0))
    dark = [picture(at_ms, grey=40) for at_ms in range(200, 1900, 200)]

    assert looked_at(gate, dark) == list(range(200, 200 + SETTLING_MS, 200))


@pytest.mark.parametrize(
    ("width", "height"), [(160, 90), (100, 60), (480, 360), (768, 432), (960, 506), (1921, 1081), (320, 1000)]
)
def test_any_size_is_made_small(width: int, height: int) -> None:
    """CAM-7: a stream may change its size at any time."""
    luma = np.linspace(0, 255, width).astype(np.uint8)[None, :].repeat(height, axis=0)

    small = smaller(luma)

    assert small.shape == (90, 160)
    assert np.abs(small[45].astype(float) - np.linspace(0, 255, 160)).max() < 6
