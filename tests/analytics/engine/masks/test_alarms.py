"""How alarms of faces are told (MASK-7, CAM-9): once each, several in one notification, never within D."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.alarm.events import AlarmEvent, Cause, EndReason, EventKind
from analytics.engine.masks.alarms import Events, FaceAlarms

D_S = 10
LOST_MS = 2000 + 5000


class Driven:
    """Alarms with a clock."""

    def __init__(self, *, notification: bool = True) -> None:
        ids = (f"a{number}" for number in range(1, 1000))
        self.alarms = FaceAlarms(deactivation_s=D_S, notification=notification, fps=5, new_id=lambda: next(ids))
        self.events: list[AlarmEvent] = []

    def frame(self, at_ms: int, starts: tuple[int, ...] = (), ends: tuple[int, ...] = ()) -> None:
        self.tick(at_ms)
        count = len(set(self.alarms.faces) | set(starts)) - len(ends)
        self._keep(self.alarms.frame(at_ms, starts=starts, ends=ends, count=count))

    def quiet(self, begin_ms: int, end_ms: int) -> None:
        """Frames every 200 ms in which nothing changes."""
        for at_ms in range(begin_ms, end_ms, 200):
            self.frame(at_ms)

    def tick(self, at_ms: int) -> None:
        events, _ = self.alarms.advance(at_ms, {})
        self._keep(events)

    def told(self) -> list[tuple[str, str, int, int | None]]:
        return [(str(one.kind), one.alarm_id, one.at_ms, one.count) for one in self.events]

    def _keep(self, events: Events) -> None:
        self.events += [event for _, event in events]


def test_who_starts_inside_d_joins_the_notification_at_its_end() -> None:
    """MASK-7, CAM-9: the oldest is notified, with the number of all who are told of; the others joined it."""
    driven = Driven()
    driven.frame(0, starts=(1,))
    driven.quiet(200, 3000)
    driven.frame(3000, starts=(2,))
    driven.frame(3200, starts=(3,))
    driven.quiet(3400, 10_500)

    assert driven.told() == [
        ("alarm_started", "a1", 0, 1),
        ("notified", "a1", 0, 1),
        ("alarm_started", "a2", 3000, 2),
        ("alarm_started", "a3", 3200, 3),
        ("notified", "a2", 10_000, 2),
        ("joined", "a3", 10_000, 2),
    ]


def test_an_alarm_that_is_over_before_d_is_withheld() -> None:
    """SPEC 4.6: just before its end; nobody is told of it later."""
    driven = Driven()
    driven.frame(0, starts=(1,))
    driven.frame(200, starts=(2,))
    driven.frame(400, ends=(2,))
    driven.quiet(600, 11_000)

    assert driven.told()[3:] == [("withheld", "a2", 400, 1), ("alarm_ended", "a2", 400, 1)]


def test_an_alarm_is_told_once_however_long_it_lasts() -> None:
    """MASK-7: no repeats."""
    driven = Driven()
    driven.frame(0, starts=(1,))
    driven.quiet(200, 60_000)

    assert [kind for kind, *_ in driven.told()] == ["alarm_started", "notified"]


def test_disabled_notification_tells_nothing_also_not_later() -> None:
    """OCC-22 for non-mask: alarms go on, silently."""
    driven = Driven(notification=False)
    driven.frame(0, starts=(1,))
    driven.alarms.apply(deactivation_s=D_S, notification=True)
    driven.quiet(200, 3000)
    driven.frame(3000, ends=(1,))

    assert [kind for kind, *_ in driven.told()] == ["alarm_started", "alarm_ended"]


def test_nothing_is_told_while_the_camera_is_lost() -> None:
    """SPEC 4.7, 4.9: what fell due meanwhile is told with the first frame back, if the alarm is still open."""
    driven = Driven()
    driven.frame(0, starts=(1,))
    driven.quiet(200, 7000)
    driven.frame(7000, starts=(2,))
    driven.tick(13_000)
    assert [kind for kind, *_ in driven.told()][-1] == "alarm_started"
    driven.frame(13_500)

    assert driven.told()[-1] == ("notified", "a2", 13_500, 1)


def test_a_lost_camera_ends_all_and_withholds_who_was_not_told() -> None:
    """SPEC 4.9."""
    driven = Driven()
    driven.frame(0, starts=(1,))
    driven.frame(200, starts=(2,))
    driven.tick(60_000)

    at_ms = 200 + LOST_MS
    assert driven.told()[3:] == [
        ("alarm_ended", "a1", at_ms, None),
        ("withheld", "a2", at_ms, None),
        ("alarm_ended", "a2", at_ms, None),
    ]
    assert driven.events[-1].reason is EndReason.CAMERA_LOST


steps = st.lists(st.tuples(st.sampled_from([200, 400, 1900, 3000, 9000]), st.integers(0, 4)), max_size=60)


@given(steps)
def test_what_always_holds(script: list[tuple[int, int]]) -> None:
    """MASK-7, CAM-9: each alarm starts and ends once, is told once at most, and notifications are D apart."""
    driven, at_ms = Driven(), 0
    for wait_ms, face in script:
        at_ms += wait_ms
        driven.tick(at_ms)
        is_open = face in driven.alarms.faces
        driven.frame(at_ms, starts=() if is_open else (face,), ends=(face,) if is_open else ())
    driven.tick(at_ms + 60_000)
    events = driven.events

    assert [one.at_ms for one in events] == sorted(one.at_ms for one in events)
    assert {one.cause for one in events} <= {Cause.NO_MASK}
    for alarm_id in {one.alarm_id for one in events}:
        kinds = [one.kind for one in events if one.alarm_id == alarm_id]
        told = kinds.count(EventKind.NOTIFIED) + kinds.count(EventKind.JOINED)
        assert (kinds[0], kinds[-1], kinds.count(EventKind.ENDED)) == (EventKind.STARTED, EventKind.ENDED, 1)
        assert told + kinds.count(EventKind.WITHHELD) == 1
    notified = [one for one in events if one.kind is EventKind.NOTIFIED]
    assert all(b.at_ms - a.at_ms >= D_S * 1000 for a, b in pairwise(notified))
    for one in notified:
        joined = [other for other in events if other.kind is EventKind.JOINED and other.at_ms == one.at_ms]
        assert one.count == 1 + len(joined)


@given(steps, st.integers(0, 59))
def test_alarms_survive_being_saved_at_any_step(script: list[tuple[int, int]], cut: int) -> None:
    """SPEC 4.10: a new owner tells the same."""
    kept, moved, at_ms = Driven(), Driven(), 0
    for number, (wait_ms, face) in enumerate(script):
        at_ms += wait_ms
        if number == cut:
            other = Driven()
            other.alarms.restore(moved.alarms.export(), shift_ms=0, gap_ms=0)
            assert other.alarms.export() == moved.alarms.export()
            other.events, other.alarms._new_id = moved.events, moved.alarms._new_id
            moved = other
        for driven in (kept, moved):
            driven.tick(at_ms)
            is_open = face in driven.alarms.faces
            driven.frame(at_ms, starts=() if is_open else (face,), ends=(face,) if is_open else ())

    assert moved.told() == kept.told()
