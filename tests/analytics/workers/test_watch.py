"""How timers, alarms and counts go on after a gap (SPEC 4.10): two owners, no socket between them, a clock we set."""

import pytest

from analytics.engine.alarm.events import EndReason
from analytics.news import END, NOTIFIED, START
from analytics.workers.state import SavedState
from tests.analytics.workers.fakes import FakeNetwork
from tests.analytics.workers.owner import Owner, plan, taken_over


def test_a_run_goes_on_where_the_killed_owner_left_it() -> None:
    """SPEC 4.10: a gap up to 15 s moves neither run nor pause clock; monotonic clocks of two hosts do not compare."""
    first = Owner(plan(), 0, 0).see(3, 0, 2)
    saved = first.leave(2)

    second = Owner(plan(), 9_000_000, 8, taken_over(saved, 8)).see(3, 9, 14)

    # 1.8 s of run were credited up to the last frame, at 1.8 s; 2.2 s more are needed from 9 s on.
    assert first.told() == []
    assert second.told()[0] == (START, pytest.approx(11.2, abs=0.2), "")


def test_an_open_alarm_is_adopted_and_told_once() -> None:
    """SPEC 15: no alarm doubled: the new owner goes on with the same id, and tells nothing again."""
    first = Owner(plan(), 0, 0).see(3, 0, 6)
    second = Owner(plan(), 500_000, 12, taken_over(first.leave(6), 12)).see(3, 13, 16).see(0, 16, 19)

    assert [kind for kind, _, _ in first.told()] == [START, NOTIFIED]
    assert [kind for kind, _, _ in second.told()] == [END]
    assert first.ids() == second.ids()
    assert second.told()[0][1] == pytest.approx(16.5, abs=1.2)  # the tracker coasts for up to a second
    assert second.told()[0][2] == "count"


def test_a_pause_goes_on_too() -> None:
    """SPEC 4.10: the pause clock does not move during the gap, and is not begun again after it."""
    first = Owner(plan(), 0, 0).see(3, 0, 6).see(2, 6, 9)
    second = Owner(plan(), 77, 15, taken_over(first.leave(9), 15)).see(2, 16, 24)

    assert first.told()[-1][0] != END
    kind, at, reason = second.told()[0]
    assert (kind, reason) == (END, "pause")
    assert 16 < at < 21


def test_a_longer_gap_is_a_lost_camera() -> None:
    """SPEC 4.10: above 15 s rule 9 holds from the last frame: the alarm ended 7 s after it."""
    first = Owner(plan(), 0, 0).see(3, 0, 6)
    second = Owner(plan(), 500_000, 40, taken_over(first.leave(6), 40)).see(3, 41, 43)

    assert second.told()[0] == (END, pytest.approx(5.8 + 7.0, abs=0.1), "camera lost")


def test_the_end_is_known_without_a_frame_when_the_camera_does_not_come_back() -> None:
    """SPEC 4.9: ticks make it known."""
    first = Owner(plan(), 0, 0).see(3, 0, 6)
    second = Owner(plan(), 500_000, 10, taken_over(first.leave(6), 10)).wait(10, 19)
    assert second.told() == []

    second.wait(19, 25)

    assert second.told() == [(END, pytest.approx(12.8, abs=0.1), "camera lost")]


def test_a_camera_that_stops_is_lost_after_seven_seconds() -> None:
    """SPEC 4.9: G = 2 s, then the pause of 5 s."""
    owner = Owner(plan(), 0, 0).see(3, 0, 6).wait(6, 15)

    assert owner.told()[-1] == (END, pytest.approx(12.8, abs=0.1), "camera lost")


def test_a_state_that_waits_for_its_frame_is_passed_on_unharmed() -> None:
    """SPEC 4.10: the second owner is asked to leave before a frame came; the third goes on as if it had not been."""
    first = Owner(plan(), 0, 0).see(3, 0, 6)
    second = Owner(plan(), 500_000, 8, taken_over(first.leave(6), 8)).wait(8, 10)
    third = Owner(plan(), -3_000, 12, taken_over(second.leave(10), 12)).see(3, 13, 15)

    assert second.told() == third.told() == []
    assert third.watch.alarm_ids == first.watch.alarm_ids
    assert third.result.areas[0].in_alarm


def test_settings_that_changed_in_the_gap_reset_as_if_they_had_been_applied() -> None:
    """SPEC 4.11: another threshold ends the alarm, another name does not."""
    first = Owner(plan(), 0, 0).see(3, 0, 6)
    renamed = Owner(plan(name="Hall"), 5, 8, taken_over(first.leave(6), 8)).see(3, 8, 9)
    stricter = Owner(plan(count_threshold=2), 5, 8, taken_over(first.leave(6), 8)).see(3, 8, 9)

    assert renamed.told() == []
    assert [(kind, reason) for kind, _, reason in stricter.told()] == [(END, "settings")]


def test_counts_of_a_killed_owner_are_sent_by_the_next() -> None:
    """CNT-3: as the former owner's part of the minute."""
    first = Owner(plan(), 0, 0).see(3, 0, 6)
    second = Owner(plan(), 5, 8, taken_over(first.leave(6), 8)).see(3, 8, 9)

    parts = [one for one in second.entries if one.data["kind"] == "minute"]
    assert [one.data["part"] for one in parts] == [1]
    assert parts[0].data["areas"]["1"]["frames"] == 30


def test_an_unreadable_state_starts_afresh() -> None:
    """SPEC 15: bad input: a clear error, and the camera runs."""
    saved = SavedState({"pipeline": {"x": 1}, "clock_ms": 0, "frame_ms": 0, "alarms": {}, "counts": {}}, 1, 0, 0)

    owner = Owner(plan(), 0, 0, saved).see(3, 0, 6)

    assert [kind for kind, _, _ in owner.told()] == [START, NOTIFIED]


@pytest.mark.parametrize("reason", [EndReason.CAMERA_REMOVED, EndReason.STATUS_OFF, EndReason.UNINSTALLED])
def test_a_camera_that_nobody_wants_ends_its_alarms(reason: EndReason) -> None:
    """SPEC 4.11: end reasons."""
    owner = Owner(plan(), 0, 0).see(3, 0, 6)

    owner.entries += owner.watch.close(owner.moment(6), reason=reason)

    assert owner.told()[-1] == (END, 6.0, str(reason))
    assert owner.entries[-1].data["kind"] == "minute"


def test_without_a_network_open_alarms_end_after_the_longest_gap() -> None:
    """RUN-6: nothing pretends to detect."""
    first = Owner(plan(), 0, 0).see(3, 0, 6)
    first.watch.drop_network(first.moment(6))

    first.wait(6, 20)
    assert first.told()[-1][0] != END
    first.wait(20, 23)

    assert first.told()[-1][0] == END
    assert first.told()[-1][2] == "camera lost"


def test_another_network_goes_on_with_the_timers() -> None:
    """EXT-7: a change of the network is the portal's own gap."""
    owner = Owner(plan(), 0, 0).see(3, 0, 3)
    owner.watch.drop_network(owner.moment(3))
    owner.wait(3, 6)
    owner.watch.use(FakeNetwork())
    owner.see(3, 6, 9)

    assert owner.told()[0] == (START, pytest.approx(7.2, abs=0.3), "")


def test_opening_the_stream_again_is_the_portals_own_gap() -> None:
    """SPEC 4.10: another address takes a moment; up to 15 s nothing of the alarm moves."""
    owner = Owner(plan(), 0, 0).see(3, 0, 6)

    owner.watch.pause()
    owner.wait(6, 18).see(3, 18, 20)

    assert owner.told()[-1][0] == NOTIFIED
    assert owner.result.areas[0].in_alarm
