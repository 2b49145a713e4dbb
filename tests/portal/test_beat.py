"""The repeated tasks when the clock is set back, and when nothing can be kept (SPEC 15)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from celery.beat import ScheduleEntry

from portal.beat import SteadyScheduler
from portal.celery import RECONCILE_EVERY_S as EVERY_S
from portal.celery import app

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Clock:
    """Set by hand."""

    at = NOON


class Counting(SteadyScheduler):
    """Counts rounds of reconcile instead of asking for them, and for anything else."""

    producer = None
    runs = 0

    def apply_entry(self, entry: ScheduleEntry, producer: object = None) -> None:  # noqa: ARG002 - as Celery has it
        """One task fell due."""
        self.runs += entry.name == "ensure-cameras-running"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The one that the app goes by."""
    clock = Clock()
    monkeypatch.setattr(app, "now", lambda: clock.at)
    return clock


@pytest.fixture
def scheduler(clock: Clock, tmp_path: Path) -> Iterator[Counting]:
    one = Counting(app=app, schedule_filename=str(tmp_path / "beat"))
    yield one
    one.close()


def after(scheduler: Counting, clock: Clock, seconds: float) -> int:
    """Let time pass; how often the task ran at its end."""
    before, clock.at = scheduler.runs, clock.at + timedelta(seconds=seconds)
    for _ in app.conf.beat_schedule:  # a tick is for one task
        scheduler.tick()
    return scheduler.runs - before


def test_a_task_runs_at_its_interval(scheduler: Counting, clock: Clock) -> None:
    """DESIGN 2: reconcile comes every two seconds."""
    after(scheduler, clock, 0)

    assert [after(scheduler, clock, seconds) for seconds in (1.0, 1.1, 1.0, 1.1)] == [0, 1, 0, 1]


@pytest.mark.parametrize("hours", [1, 24 * 365])
def test_a_clock_that_is_set_back_holds_nothing_up(scheduler: Counting, clock: Clock, hours: int) -> None:
    """SPEC 15: clock step: nothing waits longer than its interval."""
    after(scheduler, clock, EVERY_S)
    clock.at -= timedelta(hours=hours)

    after(scheduler, clock, 0)
    assert after(scheduler, clock, EVERY_S) == 1
    assert after(scheduler, clock, EVERY_S) == 1


def test_a_start_before_the_time_of_the_last_end_holds_nothing_up(clock: Clock, tmp_path: Path) -> None:
    """SPEC 15: a machine that starts before the network has told it the time."""
    first = Counting(app=app, schedule_filename=str(tmp_path / "beat"))
    after(first, clock, EVERY_S)
    first.close()

    clock.at -= timedelta(days=300)
    second = Counting(app=app, schedule_filename=str(tmp_path / "beat"))
    after(second, clock, 0)
    runs = after(second, clock, EVERY_S)
    second.close()
    assert runs == 1


def test_a_clock_that_is_set_ahead_runs_each_task_once(scheduler: Counting, clock: Clock) -> None:
    """SPEC 15: rounds that nobody had do not pile up."""
    after(scheduler, clock, EVERY_S)

    assert after(scheduler, clock, 3600) == 1


def test_a_file_that_cannot_be_written_ends_nothing(
    scheduler: Counting, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """SPEC 15: disk full: no crash; the log says what could not be kept."""

    def full() -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(scheduler._store, "sync", full)
        scheduler.sync()

    assert "its file cannot be written" in caplog.text
    assert after(scheduler, clock, EVERY_S) == 1
