"""The numbers of a rule: L, G, levels, and what is refused."""

import pytest

from analytics.engine.alarm.rule import AlarmRule, Level, Operation
from tests.analytics.engine.alarm.driving import rule


@pytest.mark.parametrize(
    ("threshold", "percentage", "low"),
    [(10, 80, 8), (12, 80, 9), (5, 80, 4), (1, 80, 0), (1, 100, 1), (10, 100, 10), (3, 50, 1), (40, 90, 36)],
)
def test_the_low_limit_is_whole(threshold: int, percentage: int, low: int) -> None:
    """SPEC 4, OCC-20: L = N × P // 100; 12 × 80 // 100 = 9."""
    assert rule(threshold, reset_percentage=percentage).low == low


@pytest.mark.parametrize(
    ("count", "level"),
    [(11, Level.REACHED), (10, Level.REACHED), (9, Level.HELD), (8, Level.HELD), (7, Level.LOW), (0, Level.LOW)],
)
def test_a_count_is_reached_held_or_low(count: int, level: Level) -> None:
    """SPEC 4.1-4.3: reaching N is enough; from L on it is held."""
    assert rule(10).level(count) == level


def test_without_a_count_the_level_is_unknown() -> None:
    """SPEC 4.9: unknown is not a count, also where 0 would be held."""
    assert rule(1).level(None) == Level.UNKNOWN
    assert rule(1).level(0) == Level.HELD


@pytest.mark.parametrize(("interval_ms", "lost_after_ms"), [(67, 2_000), (200, 2_000), (667, 2_001), (1_000, 3_000)])
def test_a_camera_is_lost_after_three_intervals_but_not_before_two_seconds(
    interval_ms: int, lost_after_ms: int
) -> None:
    """SPEC 4.9: G = max(2 s, 3 × expected interval)."""
    assert rule(frame_interval_ms=interval_ms).lost_after_ms == lost_after_ms


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("threshold", 0),
        ("time_ms", 0),
        ("reset_percentage", 0),
        ("reset_percentage", 101),
        ("pause_reset_ms", -1),
        ("deactivation_ms", 0),
        ("frame_interval_ms", 0),
    ],
)
def test_a_rule_that_no_timer_could_run_on_is_refused(field: str, value: int) -> None:
    """STYLE 8: the message names the thing, the value and what was expected."""
    with pytest.raises(ValueError, match=rf"{field}: {value} given, at (least|most) \d+ expected"):
        AlarmRule(**{"threshold": 5, "time_ms": 10_000, field: value})


def test_the_operation_is_named_as_in_the_settings() -> None:
    """OCC-23: the settings' words are the enum's."""
    assert [Operation(name) for name in ("periodic", "continuous", "one_time")] == list(Operation)
