"""Alarms that only the database knows: adopted, or ended honestly (SPEC 15)."""

from dataclasses import replace

from analytics.engine.alarm.events import Cause
from analytics.engine.inference.task import Task
from analytics.news import END
from tests.analytics.workers.owner import Owner, installed, orphaned, plan, taken_over


def test_an_alarm_only_the_database_knows_goes_on_when_the_area_is_in_breach() -> None:
    """SPEC 15: Redis came back empty and the owner is gone: not raised twice for one cause."""
    owner = Owner(orphaned(plan()), 0, 0).see(3, 0, 8).see(0, 8, 11)

    assert owner.ids() == {"11111111-1111-1111-1111-111111111111"}
    assert [(kind, reason) for kind, _, reason in owner.told()] == [(END, "count")]


def test_an_alarm_only_the_database_knows_ends_when_nothing_is_there() -> None:
    """SPEC 15: honestly, as a camera that was lost."""
    owner = Owner(orphaned(plan()), 0, 0).see(1, 0, 8)

    assert [(kind, reason) for kind, _, reason in owner.told()] == [(END, "camera lost")]


def test_an_end_that_is_on_its_way_is_not_undone() -> None:
    """DESIGN 6: the state knows no such alarm: its end lies in the stream, before ours."""
    first = Owner(plan(), 0, 0).see(1, 0, 6)

    second = Owner(orphaned(plan()), 5, 8, taken_over(first.leave(6), 8)).see(3, 8, 9)

    assert [(kind, reason) for kind, _, reason in second.told()] == [(END, "camera lost")]
    assert second.watch.alarm_ids == {}


def test_an_alarm_of_a_minimum_goes_on_while_there_are_few() -> None:
    """SPEC 15, OCC-32: and is not taken for the other alarm of the same area."""
    few = orphaned(plan(min_alarm=True, min_threshold=2, min_time_s=4))
    (orphan,) = few.extensions[Task.OCCUPANCY].open_alarms
    orphan = replace(orphan, cause="minimum", threshold=2)
    few = installed(few, open_alarms=(orphan,))
    owner = Owner(few, 0, 0).see(1, 0, 8)
    assert owner.told() == []
    assert owner.watch.alarm_ids == {(1, Cause.MINIMUM): orphan.alarm_id}

    owner.see(4, 8, 11)
    assert owner.told() == [(END, 8.0, "count")]
    assert owner.result.areas[0].minimum is not None
    assert not owner.result.areas[0].minimum.in_alarm
