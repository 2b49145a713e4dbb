"""What a reader of a metadata stream is told of alarms (OUT-4; WIRE 3)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from notifications.record import Direction, Event
from notifications.services.counts import Counted
from portal.accounts.models import User
from portal.dashboard.metadata_alarms import AlarmStates, Told
from portal.dashboard.metadata_facts import Granted, ToldAlarm
from tests.notifications.records import LOBBY, NO_MASK

BEGAN = datetime(2026, 5, 1, 3, tzinfo=UTC)
THRESHOLD, MINIMUM = (1, Direction.AT_OR_ABOVE), (1, Direction.BELOW)


def reader(*rules: tuple[int, Direction]) -> Granted:
    counted = Counted.__new__(Counted)
    object.__setattr__(counted, "camera_id", 7)
    return Granted(User(), counted, boxes=True, interval_s=5, rules=dict.fromkeys(rules, "Lobby"))


def alarm(
    *,
    alarm_id: UUID | None = None,
    minutes: int = 4,
    ended: int | None = None,
    direction: Direction = Direction.AT_OR_ABOVE,
) -> ToldAlarm:
    """minutes, ended: after the stream began."""
    at = BEGAN + timedelta(minutes=minutes)
    start = replace(LOBBY, at=at, since=at, direction=direction)
    if ended is None:
        return ToldAlarm(alarm_id or uuid4(), start, None, None)
    ended_at = BEGAN + timedelta(minutes=ended)
    return ToldAlarm(alarm_id or uuid4(), start, replace(start, event=Event.ENDED, at=ended_at), ended_at)


def words(told: list[Told]) -> list[tuple[str, str, str]]:
    return [(event.source["Rule"], event.data.get("State", ""), str(operation)) for event, operation in told]


def test_a_rule_is_told_once_and_taken_back_when_it_is_gone() -> None:
    """WIRE 3: an area that is switched off has no state any more."""
    states = AlarmStates(BEGAN)
    both = words(list(states.rules(reader(THRESHOLD, MINIMUM), BEGAN)))
    again = list(states.rules(reader(THRESHOLD, MINIMUM), BEGAN))
    gone = words(list(states.rules(reader(THRESHOLD), BEGAN)))

    assert both == [("Area1", "false", "Initialized"), ("Area1Below", "false", "Initialized")]
    assert again == []
    assert gone == [("Area1Below", "false", "Deleted")]


def test_an_alarm_is_told_once_however_often_it_is_looked_at() -> None:
    """WIRE 3: an acknowledgement or a repeat changes no state."""
    states, one = AlarmStates(BEGAN), uuid4()
    begun = words(list(states.alarms([alarm(alarm_id=one)])))
    later = [list(states.alarms([alarm(alarm_id=one)])), list(states.rules(reader(THRESHOLD), BEGAN))]
    over = words(list(states.alarms([alarm(alarm_id=one, ended=6)])))

    assert begun == [("Area1", "true", "Initialized")]
    assert later == [[], []]
    assert over == [("Area1", "false", "Changed")]
    assert list(states.alarms([alarm(alarm_id=one, ended=6)])) == []


def test_one_that_begins_and_ends_between_two_looks_is_told_with_both() -> None:
    """OUT-9: as a test alarm does; what ended before the stream began is history."""
    states = AlarmStates(BEGAN)
    list(states.rules(reader(THRESHOLD), BEGAN))

    assert words(list(states.alarms([alarm(ended=4)]))) == [("Area1", "true", "Changed"), ("Area1", "false", "Changed")]
    assert list(states.alarms([alarm(minutes=-9, ended=-5)])) == []


def test_the_end_that_was_missed_comes_before_the_next_start() -> None:
    """SPEC 15: the key-value server was away; the newest state is told last."""
    states, first = AlarmStates(BEGAN), uuid4()
    list(states.alarms([alarm(alarm_id=first)]))
    told = words(list(states.alarms([alarm(alarm_id=first, ended=6), alarm(minutes=8)])))

    assert [state for _rule, state, _operation in told] == ["false", "true"]
    assert len(states.open_ids) == 1


def test_a_minimum_ends_no_threshold_alarm() -> None:
    """OCC-32: two alarms of one area."""
    states, low = AlarmStates(BEGAN), uuid4()
    list(states.alarms([alarm(), alarm(alarm_id=low, direction=Direction.BELOW)]))
    told = words(list(states.alarms([alarm(alarm_id=low, ended=6, direction=Direction.BELOW)])))

    assert told == [("Area1Below", "false", "Changed")]
    assert len(states.open_ids) == 1


@pytest.mark.parametrize(("minutes", "count"), [(4, 1), (-1, 0)])
def test_a_face_without_mask_is_told_once(minutes: int, count: int) -> None:
    """MASK-7: an event without end."""
    at = BEGAN + timedelta(minutes=minutes)
    face = ToldAlarm(uuid4(), replace(NO_MASK, at=at, since=at), None, None)
    states = AlarmStates(BEGAN)

    assert len(list(states.alarms([face]))) == count
    assert list(states.alarms([face])) == []
