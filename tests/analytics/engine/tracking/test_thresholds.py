"""Which detections count: thresholds for each kind, head or body, black and white, minimum width."""

import numpy as np
import pytest

from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.tracking.thresholds import Thresholds
from cameras.extensions.occupancy import OccupancySettings
from tests.analytics.engine.scenes import box, detections

NAN = float("nan")
WIDE = 0.1


def counts(seen: Detections, *, monochrome: bool = False, **settings: int | bool) -> list[bool]:
    limits = Thresholds.of(OccupancySettings(**settings), monochrome=monochrome)
    return (limits.strength(seen) >= 1).tolist()


@pytest.mark.parametrize(
    ("kind", "name"), [(Kind.HUMAN, "human_body"), (Kind.VEHICLE, "vehicle"), (Kind.BICYCLE, "bicycle")]
)
@pytest.mark.parametrize("threshold", [1, 25, 60, 99])
def test_each_kind_has_its_own_threshold(kind: Kind, name: str, threshold: int) -> None:
    """OCC-25: what the screen shows as the threshold passes it."""
    others = {f"threshold_{other}": 99 for other in ("human_body", "vehicle", "bicycle")}
    settings = others | {f"threshold_{name}": threshold}
    seen = detections([box(0.5, 0.5, WIDE)] * 2, kind, [threshold / 100 + 1e-6, threshold / 100 - 0.005])

    assert counts(seen, **settings) == [True, False]


@pytest.mark.parametrize(
    ("body", "head", "passes"),
    [(0.25, NAN, True), (0.24, 0.30, True), (0.25, 0.1, True), (0.24, 0.29, False), (0.1, NAN, False)],
)
def test_a_human_counts_when_head_or_body_passes(body: float, head: float, passes: bool) -> None:
    """OCC-25: a network without heads leaves the head column empty."""
    assert counts(detections([box(0.5, 0.5, WIDE)], score=body, head=head)) == [passes]


def test_a_black_and_white_picture_has_thresholds_of_its_own_for_humans() -> None:
    """OCC-26: human only, and only when enabled."""
    seen = detections(
        [box(0.5, 0.5, WIDE)] * 4, [Kind.HUMAN, Kind.HUMAN, Kind.VEHICLE, Kind.BICYCLE], 0.28, [NAN, 0.38, NAN, NAN]
    )

    assert counts(seen, monochrome=False) == [True, True, True, True]
    assert counts(seen, monochrome=True) == [False, False, True, True]
    assert counts(seen, monochrome=True, bw_thresholds=False) == [True, True, True, True]


def test_a_human_below_the_minimum_width_does_not_count() -> None:
    """OCC-27: in pixels of a picture 1920 wide; 0 switches it off; other kinds are not touched."""
    narrow, wide = box(0.5, 0.5, 37.9 / 1920), box(0.5, 0.5, 38.1 / 1920)

    assert counts(detections([narrow, wide])) == [False, True]
    assert counts(detections([narrow, wide]), min_width_human_body_px=0) == [True, True]
    assert counts(detections([narrow, narrow], [Kind.VEHICLE, Kind.BICYCLE])) == [True, True]


def test_head_and_body_have_a_minimum_width_each() -> None:
    """OCC-27: somebody recognised by the head needs the width of a head."""
    by_head = detections([box(0.5, 0.5, 30 / 1920)], score=0.1, head=0.9)

    assert counts(by_head, min_width_human_head_px=20) == [True]
    assert counts(by_head, min_width_human_head_px=40) == [False]


def test_nearly_wide_enough_is_weak_and_not_nothing() -> None:
    """OCC-27: so that a person just at the limit does not flicker; far below it is nothing."""
    limits = Thresholds.of(OccupancySettings(), monochrome=False)
    strength = limits.strength(detections([box(0.5, 0.5, px / 1920) for px in (38.5, 35, 25)], score=0.9))

    assert strength.tolist() == pytest.approx([3.6, 0.99, 0.0])


def test_the_detector_is_asked_for_weak_detections_too() -> None:
    """OCC-25: of humans down to the lower of head and body."""
    settings = OccupancySettings(threshold_human_head=20, threshold_vehicle=50)
    floor = Thresholds.of(settings, monochrome=False).floor()

    assert floor == pytest.approx({Kind.HUMAN: 0.12, Kind.VEHICLE: 0.3, Kind.BICYCLE: 0.15})


def test_no_detections_have_no_strength() -> None:
    """OCC-25: an empty picture."""
    assert Thresholds.of(OccupancySettings(), monochrome=False).strength(Detections.empty()).shape == (0,)
    assert np.isfinite(Thresholds.of(OccupancySettings(), monochrome=False).strength(detections([box(0.5, 0.5)]))).all()
