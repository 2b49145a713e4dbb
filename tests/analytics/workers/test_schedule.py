"""What becomes of counts, timers and alarms when the operation schedule closes and opens (EXT-4)."""

from dataclasses import replace

from analytics.engine.alarm.changelog import timeline
from analytics.engine.alarm.packing import unpack
from analytics.workers.keyvalue import COUNTS
from tests.analytics.workers.owner import NOON, Owner, orphaned, plan, taken_over

STARTS = NOON % 60  # seconds of the minute at NOON


def parts(owner: Owner) -> list[tuple[float, int, int]]:
    """(minute after NOON, last count of area 1, frames) of every minute part that was sent."""
    found = []
    for entry in owner.entries:
        if entry.stream == COUNTS and "1" in entry.data["areas"]:
            area = entry.data["areas"]["1"]
            found.append((entry.data["minute_ms"] / 1000 - NOON + STARTS, area["last"], area["frames"]))
    return found


def log_of(owner: Owner) -> list[tuple[float, int | None, bool]]:
    """(second after NOON, count, gap) of area 1's change log."""
    blobs = [data for entry in owner.entries for name, data in entry.blobs.items() if name.startswith("log:1:")]
    runs = timeline(segment for data in blobs for segment in unpack(data))
    return [(round(run.at_ms / 1000 - NOON, 1), run.count, run.gap) for run in runs]


def test_an_alarm_ends_with_the_schedule_after_its_counts() -> None:
    """EXT-4, SPEC 4.11: counts are flushed first, then the alarm ends, with its reason, at that moment."""
    close_s = 60 - STARTS + 60
    owner = Owner(plan(), 0, 0).see(4, 0, close_s).rest(close_s)

    assert owner.told()[-1] == ("alarm_ended", close_s, "schedule")
    assert [entry.stream for entry in owner.entries][-2:] == [COUNTS, "s:alarms"]
    assert parts(owner)[-1] == (60, 4, 300)
    assert owner.watch.alarm_ids == {}


def test_nothing_is_logged_while_it_is_closed() -> None:
    """EXT-4, CNT-7: closed is a hole in the log, neither a count nor a long row of unknowns."""
    owner = Owner(plan(), 0, 0).see(4, 0, 30).rest(30).wait(30, 400).wake(400).see(2, 400, 500)

    owner.entries += owner.watch.close(owner.moment(500), reason=None)
    assert log_of(owner) == [(0, 4, False), (30, None, True), (400, 2, False), (500, None, True)]
    assert sum(frames for _, _, frames in parts(owner)) == 30 * 5 + 100 * 5


def test_a_minute_that_is_closed_and_opened_again_is_one_part() -> None:
    """CNT-3, EXT-7: a schedule that is changed twice within a minute loses none of its frames."""
    begin_s = 60 - STARTS
    owner = Owner(plan(), 0, begin_s)
    owner.see(4, begin_s, begin_s + 10).rest(begin_s + 10).wait(begin_s + 10, begin_s + 20)
    owner.wake(begin_s + 20).see(2, begin_s + 20, begin_s + 61)

    assert parts(owner) == [(60, 2, 50 + 200)]


def test_timers_begin_anew_at_the_opening() -> None:
    """EXT-4: three of four seconds before the night, four of four needed in the morning; nobody is followed over it."""
    owner = Owner(plan(), 0, 0).see(4, 0, 3).rest(3).wait(3, 40_000)
    before = set(owner.result.tracks.id.tolist())

    owner.wake(40_000).see(4, 40_000, 40_003.8)
    assert owner.result.areas[0].timer_ms == 3_600
    assert not before & set(owner.result.tracks.id.tolist())
    owner.see(4, 40_003.8, 40_005)
    assert owner.told()[0] == ("alarm_started", 40_004.0, "")


def test_whoever_takes_over_a_closed_camera_ends_what_was_left_open() -> None:
    """EXT-4, SPEC 4.10: the owner was killed in alarm; by the time that the next one comes it is closed."""
    first = Owner(plan(), 0, 0).see(4, 0, 6)
    second = Owner(plan(), 900_000, 10, taken_over(first.leave(6), 10)).rest(10).wait(10, 60)

    assert second.told() == [("alarm_ended", 10.0, "schedule")]
    assert first.ids() == second.ids()


def test_an_alarm_that_only_the_database_knows_ends_with_the_schedule() -> None:
    """EXT-4, SPEC 15: the key-value server came back empty, and it is closed."""
    owner = Owner(orphaned(plan()), 0, 0).rest(0).wait(0, 60)

    assert owner.told() == [("alarm_ended", 0.0, "schedule")]


def test_a_saved_state_of_a_closed_camera_goes_on_in_the_morning() -> None:
    """EXT-4, SPEC 4.10: the camera is handed over every quarter of an hour, also at night."""
    first = Owner(plan(), 0, 0).see(4, 0, 6).rest(6).wait(6, 900)
    second = Owner(plan(), 77_000, 901, taken_over(first.leave(900), 901)).rest(901).wait(901, 1_000)
    second.wake(1_000).see(4, 1_000, 1_006)

    assert [kind for kind, _, _ in second.told()] == ["alarm_started", "notified"]
    assert not first.ids() & second.ids()


def test_a_band_changes_the_threshold_and_keeps_the_run() -> None:
    """SPEC 4.11, OCC-34: three seconds of four are run; the fourth is enough under the new threshold."""
    owner = Owner(plan(count_threshold=3, time_s=4), 0, 0).see(4, 0, 3)
    owner.watch.enter_band({1: 4})
    owner.see(4, 3, 4.4)

    assert owner.told()[0][:2] == ("alarm_started", 4.0)
    assert owner.result.areas[0].threshold == 4

    owner.watch.enter_band({1: 10})
    owner.see(4, 4.4, 5)
    assert owner.told()[-1] == ("alarm_ended", 4.4, "count")


def test_a_band_holds_for_another_network_and_another_owner() -> None:
    """OCC-34: it is the clock's, not the network's."""
    owner = Owner(plan(count_threshold=3, time_s=1), 0, 0)
    owner.watch.enter_band({1: 12})
    owner.watch.apply(replace(plan(count_threshold=3, time_s=1), version=2), owner.moment(0))
    owner.see(4, 0, 3)

    assert owner.told() == []
