"""A camera's loop while the key-value server is dead, empty or frozen (SPEC 15)."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from analytics.news import START
from analytics.workers import state
from tests.analytics.workers.cluster import wait_for
from tests.analytics.workers.loopbench import Bench, live, plan, sent
from tests.servers.valkey import Valkey


@pytest.fixture
def bench(valkey: Valkey) -> Iterator[Bench]:
    bench = Bench(valkey)
    yield bench
    bench.close()


def test_analysis_goes_on_while_the_server_is_away_and_everything_is_sent_after(bench: Bench, valkey: Valkey) -> None:
    """SPEC 15: Redis restarts empty: state, lease with a higher epoch, and what was not confirmed come back."""
    link, run = bench.run(plan())
    (start,) = wait_for("the start of the alarm", lambda: sent(bench.server, START))
    epoch = link.lease.epoch
    valkey.kill()
    before = bench.loop.figures().fps
    assert not run.done()
    valkey.start()

    again = wait_for("the alarm again", lambda: sent(bench.server, START))
    assert [one["alarm_id"] for one in again] == [start["alarm_id"]]
    saved = wait_for("the state again", lambda: state.load(bench.server, 7))
    assert list(saved.data["extensions"]["occupancy"]["alarms"]) == [start["alarm_id"]]
    assert link.lease.epoch > epoch
    assert bench.loop.figures().fps >= before * 0.5
    assert not run.done()


def test_a_frozen_server_holds_up_no_camera(bench: Bench, valkey: Valkey) -> None:
    """DESIGN 2: every blocking call has a time limit, and only the courier makes any."""
    bench.run(plan())
    wait_for("the start of the alarm", lambda: sent(bench.server, START))
    os.kill(valkey.pid, signal.SIGSTOP)
    try:
        watch = bench.watch()
        begin = watch._last_ms
        wait_for("three seconds of frames", lambda: watch._last_ms > begin + 3_000)
        assert bench.loop.figures().fps >= 5
    finally:
        os.kill(valkey.pid, signal.SIGCONT)

    now = time.time()
    wait_for("the live state again", lambda: (((one := live(bench.server)) and one["last_frame_at"]) or 0) > now)
    assert len(sent(bench.server, START)) == 1


def test_an_alarm_that_starts_while_the_server_is_away_is_sent_after(bench: Bench, valkey: Valkey) -> None:
    """SPEC 15: no alarm lost: alarm events are kept in memory until they are sent."""
    bench.run(plan(time_s=3))
    wait_for("frames", lambda: (one := live(bench.server)) and one["count"] == 3)
    valkey.kill()
    wait_for("the alarm, in memory", lambda: bench.watch().alarm_ids)
    valkey.start()

    wait_for("the start of the alarm", lambda: sent(bench.server, START))


def test_a_clock_that_is_set_back_silences_no_camera(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 15: clock step: what is told once a second goes by the clock that nobody sets."""
    bench.run(plan())
    wait_for("the start of the alarm", lambda: sent(bench.server, START))
    wait_for("the live state", lambda: (one := live(bench.server)) and one["areas"][0]["alarm"])
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: clock() - 3600)

    wait_for("the live state by the new clock", lambda: (one := live(bench.server)) and one["at"] < clock() - 1800)
    assert len(sent(bench.server, START)) == 1
