"""What resets a timer and what does not: SPEC section 4, rule 11."""

import pytest

from analytics.engine.alarm.area import AreaAlarm
from analytics.engine.alarm.events import AlarmEvent, EndReason, EventKind
from analytics.engine.alarm.rule import Operation
from tests.analytics.engine.alarm.driving import frames, play, rule, states, tells, told

OTHERS = [EndReason.SCHEDULE, EndReason.STATUS_OFF, EndReason.SETTINGS, EndReason.UNINSTALLED, EndReason.CAMERA_REMOVED]


@pytest.mark.parametrize("reason", OTHERS)
def test_a_reset_ends_the_alarm_with_its_reason(reason: EndReason) -> None:
    """SPEC 4.11, EXT-4: at the instant of the change."""
    area, _ = play(frames((10, 11)), rule())

    area, events = area.reset(at_ms=10_900, reason=reason, rule=rule())

    assert told(events) == [("end", 10.9, str(reason))]
    assert events[0].count == 10
    assert (area.in_alarm, area.alarm_id, area.timer_ms, area.state, area.count) == (False, None, 0, "reset", None)


def test_the_reasons_are_those_of_the_specification() -> None:
    """SPEC 4.11, MASK-7."""
    assert [str(reason) for reason in EndReason] == [
        *("count", "pause", "camera lost", "schedule", "status off", "settings", "uninstalled", "camera removed"),
        *("mask on", "face gone"),
    ]


def test_a_reset_without_an_alarm_sets_the_timer_to_zero() -> None:
    """SPEC 4.11: the run begins anew with the next frame."""
    area, _ = play(frames((10, 9)), rule())

    area, events = area.reset(at_ms=8_900, reason=EndReason.SETTINGS, rule=rule())
    assert (area.timer_ms, events) == (0, ())

    assert states(play(frames((10, 10.2), start_ms=9_000), rule(), area=area)[1]) == [("start", 19.0)]


def test_what_was_over_before_the_reset_keeps_its_own_reason() -> None:
    """SPEC 4, order at one instant: pause limit and camera lost come before schedule, status and settings."""
    held, _ = play(frames((10, 11), (9, 4)), rule())
    lost, _ = play(frames((10, 11)), rule())

    assert told(held.reset(at_ms=16_100, reason=EndReason.SCHEDULE, rule=rule())[1]) == [("end", 16.0, "pause")]
    assert told(lost.reset(at_ms=30_000, reason=EndReason.SCHEDULE, rule=rule())[1]) == [("end", 17.8, "camera lost")]


def test_what_fell_due_before_the_reset_is_told() -> None:
    """SPEC 4.6: due at 20 s, reset at 20.1 s; at 20 s itself the end comes first."""
    area, _ = play(frames((10, 20)), rule())

    def reset_at(at_ms: int) -> list[object]:
        return tells(area.reset(at_ms=at_ms, reason=EndReason.SETTINGS, rule=rule())[1])

    assert (reset_at(20_000), reset_at(20_100)) == ([], [20.0])


def test_a_reset_withholds_a_start_that_waits() -> None:
    """SPEC 4.6, 4.11."""
    area, _ = play(frames((10, 10.4), (7, 0.6), (10, 11)), rule(deactivation_ms=60_000))

    _, events = area.reset(at_ms=22_000, reason=EndReason.STATUS_OFF, rule=rule(deactivation_ms=60_000))

    assert told(events) == [("withheld", 22.0), ("end", 22.0, "status off")]


def test_the_deactivation_time_goes_on_after_a_reset() -> None:
    """SPEC 4.6, CAM-9: D holds per camera and message id, not per alarm."""
    using = rule(deactivation_ms=30_000, operation=Operation.ONE_TIME)
    area, _ = play(frames((10, 11)), using)
    area, _ = area.reset(at_ms=11_000, reason=EndReason.SETTINGS, rule=using)

    _, events = play(frames((10, 40), start_ms=11_000), using, area=area)

    assert told(events) == [("start", 21.0), ("tell", 40.0, 0)]


@pytest.mark.parametrize(
    "changed",
    [
        {"reset_percentage": 50},
        {"pause_reset_ms": 0},
        {"deactivation_ms": 600_000},
        {"notification": False},
        {"operation": Operation.CONTINUOUS},
        {"notify_below": False},
        {"frame_interval_ms": 500},
    ],
    ids=str,
)
def test_no_other_setting_resets_anything(changed: dict[str, object]) -> None:
    """SPEC 4.11: P, R, D, OCC-22 to OCC-24: run and alarm go on."""
    running, _ = play(frames((10, 6)), rule())
    alarmed, _ = play(frames((10, 12)), rule())

    running, events = play(frames((10, 4.2), start_ms=6_000), rule(**changed), area=running)  # type: ignore[arg-type]
    assert states(events) == [("start", 10.0)]

    alarmed, events = play(frames((10, 4), start_ms=12_000), rule(**changed), area=alarmed)  # type: ignore[arg-type]
    assert (states(events), alarmed.timer_ms) == ([], 15_800)


def test_a_new_percentage_counts_from_the_next_frame() -> None:
    """SPEC 4.11: eight hold at 80 %, are low at 90 %."""
    area, _ = play(frames((10, 12), (8, 1)), rule())

    assert states(play([(13_000, 8)], rule(reset_percentage=90), area=area)[1]) == [("end", 13.0, "count")]


def test_a_shorter_pause_time_counts_from_the_next_frame() -> None:
    """SPEC 4.11, OCC-21: paused since 12 s, R now 2 s: over with the frame that sees it, not before it."""
    area, _ = play(frames((10, 12), (9, 4)), rule())

    assert states(play([(16_000, 9)], rule(pause_reset_ms=2_000), area=area)[1]) == [("end", 16.0, "pause")]


def test_a_longer_pause_time_counts_from_the_next_frame() -> None:
    """SPEC 4.11, OCC-21: paused since 12 s, R now 10 s."""
    area, _ = play(frames((10, 12), (9, 4)), rule())

    _, events = play(frames((9, 9), start_ms=16_000), rule(pause_reset_ms=10_000), area=area)

    assert states(events) == [("end", 22.0, "pause")]


def test_a_shorter_deactivation_time_lets_a_waiting_start_go() -> None:
    """SPEC 4.11, CAM-9: told at 10 s, waiting since 21 s for 70 s; D is now 12 s."""
    using = {"operation": Operation.ONE_TIME}
    area, _ = play(frames((10, 10.4), (7, 0.6), (10, 11)), rule(deactivation_ms=60_000, **using))  # type: ignore[arg-type]

    _, events = play([(22_000, 10)], rule(deactivation_ms=12_000, **using), area=area)  # type: ignore[arg-type]

    assert told(events) == [("tell", 22.0, 0)]


def test_a_band_change_keeps_the_run() -> None:
    """SPEC 4.11, OCC-34: other N and L on the next frame, without a reset."""
    area, _ = play(frames((12, 9)), rule(10))

    _, events = play(frames((12, 1.2), start_ms=9_000), rule(12), area=area)
    assert states(events) == [("start", 10.0)]

    area, _ = play(frames((12, 12)), rule(10))
    assert states(play([(12_000, 12)], rule(20), area=area)[1]) == [("end", 12.0, "count")]


def test_an_event_survives_json() -> None:
    """SPEC 4.10: events go with the state, in one step."""
    event = AlarmEvent(EventKind.ENDED, 12_345, "an-id", None, 5, EndReason.CAMERA_LOST)

    assert AlarmEvent.from_json(event.to_json()) == event
    assert type(event.to_json()["kind"]) is str


def test_an_area_that_no_frame_has_reached_is_at_rest() -> None:
    """SPEC 4.2: ticks and resets on it tell nothing."""
    area, events = AreaAlarm().tick(at_ms=10**12, rule=rule())
    area, more = area.reset(at_ms=10**12, reason=EndReason.SETTINGS, rule=rule())

    assert (*events, *more) == ()
    assert (area.timer_ms, area.state, area.in_alarm, area.count) == (0, "reset", False, None)
