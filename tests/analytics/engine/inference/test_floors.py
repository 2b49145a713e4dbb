"""The lowest scores wanted, from the portal's scale to what a decoder compares with."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.inference.decoders import open_decoder
from analytics.engine.inference.detections import Kind
from analytics.engine.inference.floors import Floors
from tests.analytics.engine.inference.builders import manifest, pvb_outputs


def floors() -> Floors:
    return Floors(manifest(), open_decoder(manifest()))


@given(st.floats(0.01, 0.98))
def test_a_raw_score_at_the_floor_is_wanted(portal: float) -> None:
    """OCC-25: rounding never loses a score that is exactly at the threshold."""
    described = manifest()
    raw = next(iter(described.scores.values())).to_raw(portal)
    outputs = list(pvb_outputs([(0.1, 0.1, 0.2, 0.2, 0.0, raw, 0.0)]).values())

    found = open_decoder(described).decode(outputs, floors().of({Kind.HUMAN: portal}))

    assert len(found.score) == 1


def test_the_floor_covers_only_the_kinds_that_are_wanted() -> None:
    """OCC-1: classes 0 vehicle, 1 person, 2 bike; what nobody wants has a floor that nothing reaches."""
    assert floors().of({Kind.VEHICLE: 0.25}).columns.tolist() == [pytest.approx(0.5, abs=1e-5), np.inf, np.inf]


def test_a_floor_of_nothing_wants_every_score() -> None:
    """OCC-25: scores start at 0."""
    assert floors().of(dict.fromkeys(Kind, 0.0)).columns.tolist() == [0, 0, 0]


def test_a_floor_is_kept_as_long_as_the_same_is_asked() -> None:
    """EXT-7: worked out once per setting; a changed setting is noticed even in the same mapping."""
    known, wanted = floors(), {Kind.HUMAN: 0.1}
    first = known.of(wanted)

    assert known.of(wanted) is first
    wanted[Kind.HUMAN] = 0.2
    assert known.of(wanted).lowest == pytest.approx(0.4, abs=1e-5)


def test_floors_are_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """EXT-7: memory stays bounded, however often settings change."""
    monkeypatch.setattr(Floors, "_MOST", 2)
    known = floors()
    asked = [{Kind.HUMAN: number / 100} for number in range(10)]

    for wanted in asked:
        known.of(wanted)

    assert len(known._known) <= 2
