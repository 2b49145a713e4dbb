"""What may be set of a combined area (DASH-6)."""

from dataclasses import replace

import pytest

from analytics.engine.alarm.events import EndReason
from analytics.engine.combined.settings import CombinedSettings, most_of, why_reset
from cameras.extensions.problems import SettingsError

SETTINGS = CombinedSettings(name="Both halls")


@pytest.mark.parametrize(
    ("change", "parts", "words"),
    [
        ({"name": ""}, 2, "Name must be a text of 1 to 20 characters"),
        ({"name": 'Hall "A"'}, 2, "must not contain"),
        ({"count_threshold": 0}, 2, "Count threshold must be 1 to 4000, not 0."),
        ({"count_threshold": 81}, 2, "Count threshold must be 1 to 80, not 81."),
        ({"count_threshold": 41, "how": "max"}, 2, "Count threshold must be 1 to 40, not 41."),
        ({"time_s": 0.05}, 2, "Time must be 0.1 to 3600 s"),
        ({"how": "mean"}, 2, "Figure must be one of sum, max"),
        ({"reset_percentage": 75}, 2, "must be one of 50, 60, 70, 80, 90, 100"),
        ({"deactivation_s": 4}, 2, "Alarm deactivation time must be 5 to 600 s, not 4."),
        ({"treshold": 4}, 2, "count_threshold is the nearest"),
    ],
)
def test_what_does_not_fit_is_named_with_what_would(change: dict[str, object], parts: int, words: str) -> None:
    """DASH-6: 1 to 40 × areas; the rest as of an area, with the same words."""
    with pytest.raises(SettingsError, match=words):
        CombinedSettings.from_json(SETTINGS.to_json() | change, parts=parts)


@pytest.mark.parametrize(("parts", "how", "most"), [(2, "sum", 80), (3, "sum", 120), (3, "max", 40)])
def test_a_threshold_may_be_as_high_as_the_figure_can_be(parts: int, how: str, most: int) -> None:
    """DASH-6, OCC-8."""
    given = SETTINGS.to_json() | {"count_threshold": most, "how": how}

    assert CombinedSettings.from_json(given, parts=parts).count_threshold == most_of(parts, how) == most


def test_settings_come_back_as_they_were() -> None:
    assert CombinedSettings.from_json(SETTINGS.to_json()) == SETTINGS


@pytest.mark.parametrize(
    ("change", "parts", "reason"),
    [
        ({"name": "Other", "reset_percentage": 50, "pause_reset_s": 0, "deactivation_s": 60}, [(1, 1), (2, 1)], None),
        ({"alarm_notification": False, "notification_operation": "one_time"}, [(2, 1), (1, 1)], None),
        ({"count_threshold": 6}, [(1, 1), (2, 1)], EndReason.SETTINGS),
        ({"time_s": 11.0}, [(1, 1), (2, 1)], EndReason.SETTINGS),
        ({"how": "max"}, [(1, 1), (2, 1)], EndReason.SETTINGS),
        ({}, [(1, 1), (2, 2)], EndReason.SETTINGS),
        ({"status": False}, [(1, 1), (2, 1)], EndReason.STATUS_OFF),
    ],
)
def test_only_a_change_of_the_conditions_resets_the_timer(
    change: dict[str, object], parts: list[tuple[int, int]], reason: EndReason | None
) -> None:
    """SPEC 4.11: status, what is counted, N and T; never names, P, R, D or outputs."""
    assert why_reset(SETTINGS, replace(SETTINGS, **change), [(1, 1), (2, 1)], parts) == reason
