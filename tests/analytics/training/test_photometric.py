"""Light, colour, blur, noise: never another form, and always the same for the same seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.training import photometric
from analytics.training.photometric import shaken

SEEDS = st.integers(0, 2**32)
SIZES = st.tuples(st.integers(1, 48), st.integers(1, 48))
EFFECTS = ("LIGHT", "NIGHT", "GREY", "BLUR", "NOISE", "BLOCKS")


def noise(size: tuple[int, int] = (24, 32)) -> np.ndarray:
    """A picture with every colour in it."""
    return np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)


@given(SEEDS, SIZES)
def test_a_shaken_picture_keeps_its_form(seed: int, size: tuple[int, int]) -> None:
    """Issue 3: whatever happens to it, and however small it is."""
    pixels = noise(size)
    before = pixels.copy()

    found = shaken(pixels, np.random.default_rng(seed))

    assert (found.shape, found.dtype) == (pixels.shape, np.uint8)
    assert (pixels == before).all(), "the picture of the pool was changed"


@given(SEEDS)
def test_a_seed_decides_everything(seed: int) -> None:
    """Issue 3: OpenCV's own random numbers too, whoever asked for some before."""
    first, second = (shaken(noise(), np.random.default_rng(seed)) for _ in range(2))

    assert (first == second).all()


@pytest.mark.parametrize("effect", EFFECTS)
def test_every_effect_changes_a_picture(monkeypatch: pytest.MonkeyPatch, effect: str) -> None:
    """Issue 3: each of them alone."""
    for name in EFFECTS:
        monkeypatch.setattr(photometric, name, 1.0 if name == effect else 0.0)

    assert (shaken(noise(), np.random.default_rng(1)) != noise()).any()


def test_without_effects_a_picture_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 3: to the pixel."""
    for name in EFFECTS:
        monkeypatch.setattr(photometric, name, 0.0)

    assert (shaken(noise(), np.random.default_rng(1)) == noise()).all()


def test_a_grey_picture_has_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """OCC-26: cameras switch to black and white at night."""
    for name in EFFECTS:
        monkeypatch.setattr(photometric, name, 1.0 if name == "GREY" else 0.0)
    found = shaken(noise(), np.random.default_rng(1))

    assert (found[..., 0] == found[..., 1]).all()
    assert (found[..., 1] == found[..., 2]).all()


def test_a_night_is_darker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 3: for every seed tried."""
    for name in EFFECTS:
        monkeypatch.setattr(photometric, name, 1.0 if name == "NIGHT" else 0.0)

    assert all(shaken(noise(), np.random.default_rng(seed)).mean() < noise().mean() for seed in range(20))
