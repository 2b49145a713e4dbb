"""A camera's loop through its operation schedule, on a wall clock that the test sets (EXT-4)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from analytics.news import END, START
from analytics.workers.end import End
from analytics.workers.keyvalue import COUNTS, key
from cameras.schedules import DAYS, OperationSchedule
from tests.analytics.workers.cluster import wait_for
from tests.analytics.workers.loopbench import Bench, WallClock, live, plan, sent
from tests.analytics.workers.owner import installed
from tests.servers.valkey import Valkey

HOUR_S = 3600


@pytest.fixture
def bench(valkey: Valkey) -> Iterator[Bench]:
    bench = Bench(valkey)
    yield bench
    bench.close()


def around_now() -> tuple[OperationSchedule, float]:
    """Open every day from an hour ago to in an hour, UTC; and when it opens tomorrow, POSIX seconds."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    begin, end = now - timedelta(hours=1), now + timedelta(hours=1)
    day = [[f"{begin:%H:%M}", f"{end:%H:%M}"]]
    return OperationSchedule.from_json({"week": dict.fromkeys(DAYS, day)}), (begin + timedelta(days=1)).timestamp()


def test_outside_the_schedule_nothing_is_looked_at_and_it_opens_by_itself(bench: Bench) -> None:
    """EXT-4: no inference, no JPEG; alarms end with their reason; the next opening is told; then it begins again."""
    schedule, opening = around_now()
    clock = WallClock()
    bench.server.set(key("demand", 7), 1, ex=120)
    bench.run(installed(plan(), schedule=schedule), clock)
    (first,) = wait_for("the start of the alarm", lambda: sent(bench.server, START))
    clock.ahead_s = 2 * HOUR_S

    (end,) = wait_for("the end of the alarm", lambda: sent(bench.server, END))
    closed = wait_for("the state", lambda: (one := live(bench.server)) and one["status"] == "outside schedule" and one)
    assert (end["alarm_id"], end["reason"]) == (first["alarm_id"], "schedule")
    assert (closed["opens_at"], closed["error"], closed["count"], closed["areas"][0]["count"]) == (
        opening,
        "",
        None,
        None,
    )
    assert not closed["areas"][0]["alarm"]
    assert bench.server.xlen(COUNTS)

    looked, encoded = bench.tools.detectors.inferences, bench.jpegs.count
    wait_for("two more words", lambda: (one := live(bench.server)) and one["at"] > closed["at"] + 2)
    assert (bench.tools.detectors.inferences, bench.jpegs.count) == (looked, encoded)

    clock.ahead_s = 23.5 * HOUR_S
    wait_for("another alarm", lambda: len(sent(bench.server, START)) == 2)
    open_again = wait_for("the state", lambda: (one := live(bench.server)) and one["status"] == "online" and one)
    assert (open_again["opens_at"], open_again["count"]) == (None, 3)


def test_a_camera_that_starts_outside_its_schedule_opens_no_stream(bench: Bench) -> None:
    """EXT-4: it is owned, says when it opens, can be handed over, and looks at nothing."""
    schedule, _ = around_now()
    clock = WallClock()
    clock.ahead_s = 2 * HOUR_S
    _, run = bench.run(installed(plan("fake:away"), schedule=schedule), clock)

    state = wait_for("the state", lambda: live(bench.server))
    assert (state["status"], state["error"], state["fps_in"]) == ("outside schedule", "", 0)
    assert bench.tools.detectors.inferences == 0
    bench.server.hset(key("ctl", 7), "yield", "here")
    assert run.result(20) is End.HANDED_OVER


def test_a_saved_schedule_closes_and_opens_a_running_camera(bench: Bench) -> None:
    """EXT-4, EXT-7: within two seconds, and back again when it is taken back."""
    bench.run(plan())
    wait_for("frames", lambda: (one := live(bench.server)) and one["count"] == 3)
    bench.desk.answer = replace(installed(plan(), schedule=OperationSchedule.from_json({"week": {}})), version=2)
    bench.server.hset(key("ctl", 7), "version", 2)
    state = wait_for("closed", lambda: (one := live(bench.server)) and one["status"] == "outside schedule" and one)
    assert (state["opens_at"], state["applied"]["version"]) == (None, 2)

    bench.desk.answer = replace(plan(), version=3)
    bench.server.hset(key("ctl", 7), "version", 3)
    wait_for("open", lambda: (one := live(bench.server)) and one["count"] == 3 and one["status"] == "online")
