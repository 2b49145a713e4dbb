"""An hour and a day of counts as bytes (CNT-5; DESIGN 5)."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.counts.packing import pack_day, pack_hour, unpack_days, unpack_hours
from analytics.engine.counts.slots import COUNTED, SLOT, Slots
from tests.analytics.engine.counts.made import hour, slots


@settings(max_examples=60, deadline=None)
@given(st.lists(slots(60), max_size=3))
def test_hours_come_back_as_they_were(hours: list[Slots]) -> None:
    """CNT-1: every value with its flags, exactly."""
    found = unpack_hours([pack_hour(one) for one in hours])

    assert found.shape == (len(hours), 60)
    assert all((one == back).all() for one, back in zip(hours, found, strict=True))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(23, 25).flatmap(slots), max_size=3))
def test_days_of_23_to_25_hours_come_back(days: list[Slots]) -> None:
    """CNT-1: the rest of the 25 is empty."""
    found = unpack_days(pack_day(one) for one in days)

    assert found.shape == (len(days), 25)
    for one, back in zip(days, found, strict=True):
        assert (back[: len(one)] == one).all()
        assert (back[len(one) :] == np.zeros(25 - len(one), SLOT)).all()


def test_equal_hours_are_equal_bytes() -> None:
    """CNT-3: packing again changes nothing."""
    assert pack_hour(hour(3)) == pack_hour(hour(3))


def busy(seed: int) -> Slots:
    """The worst that a lively place gives: every value of every minute differs."""
    dice, some = random.Random(seed), np.zeros(60, SLOT)
    for minute in range(60):
        least = dice.randint(0, 12)
        most = least + dice.randint(0, 12)
        known_ms, alarm_ms = dice.randint(50_000, 60_000), dice.randint(0, 60_000)
        count_ms = dice.randint(least, most) * known_ms + dice.randint(0, 9_999)
        some[minute] = (count_ms, known_ms, alarm_ms, dice.randint(290, 300), least, most, least, COUNTED)
    return some


def test_a_lively_hour_takes_less_than_twelve_bytes_a_minute() -> None:
    """Issue 7: with every value of CNT-1; a quiet one takes a fraction."""
    assert max(len(pack_hour(busy(seed))) for seed in range(20)) <= 11 * 60
    assert len(pack_hour(hour(3))) <= 2 * 60


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "version"),
        (b"\x02" + pack_hour(hour(1))[1:], "version"),
        (pack_hour(hour(1))[:-3], "packed hour 1"),
        (b"\x01" + bytes(20), "packed hour 1"),
    ],
    ids=["nothing", "another version", "cut off", "garbage"],
)
def test_other_bytes_are_refused(data: bytes, words: str) -> None:
    """SPEC 15: by their place, and what is wrong with them."""
    with pytest.raises(ValueError, match=words):
        unpack_hours([pack_hour(hour(1)), data])
    with pytest.raises(ValueError, match="multiple of 500"):
        unpack_days([b"x"])
