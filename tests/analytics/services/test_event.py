"""The log of events: written with its cause, numbered in the order in which it becomes visible, pruned (API-6)."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from analytics.event_selectors import cursor_check, event_log, events_after
from analytics.models import Alarm, Event
from analytics.news import END, NOTIFIED, START
from analytics.services.acknowledge import alarm_acknowledge
from analytics.services.alarm import alarm_write
from analytics.services.desk import Asked, Step, alarm_step
from analytics.services.event import event_write, events_number, events_prune
from analytics.services.shelving import Area, area_shelve
from cameras.models import Site
from portal.accounts.models import User
from portal.common.errors import CursorGoneError
from tests.factories import AlarmFactory, CameraFactory, SiteFactory
from tests.notifications.outbox import news, write

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT_S = 20  # only ends a hang


def note(site: Site, what: int = 0) -> Event:
    return event_write(kind="camera.status", site_id=site.pk, data={"n": what})


def told() -> list[tuple[int | None, str]]:
    return list(Event.objects.order_by("number").values_list("number", "type"))


def test_the_life_of_an_alarm_is_told_in_its_order(site: Site, owner: User) -> None:
    """API-6: from its start to its closing, numbered without a gap, each with the alarm as it was then."""
    alarm = AlarmFactory.build(camera=CameraFactory(site=site))
    write(alarm, START, NOTIFIED)
    area_shelve(
        user=owner, area=Area(alarm.camera_id, "occupancy", 1), until=datetime.now(UTC) + timedelta(hours=1), reason="x"
    )
    write(alarm, END)
    alarm_step(user=owner, alarm_id=alarm.pk, asked=Asked(Step.ASSIGN))
    alarm_step(user=owner, alarm_id=alarm.pk, asked=Asked(Step.CLOSE, verdict="true"))

    kinds = ["started", "notified", "shelved", "ended", "assigned", "acknowledged", "closed"]
    assert told() == [(number, f"alarm.{kind}") for number, kind in enumerate(kinds, 1)]
    states = list(Event.objects.order_by("number").values_list("data__state", flat=True))
    assert states == ["active"] * 3 + ["ended"] * 3 + ["closed"]
    assert set(Event.objects.values_list("alarm", "site", "camera")) == {(alarm.pk, site.pk, alarm.camera_id)}


def test_an_event_is_written_with_its_cause_or_not_at_all(site: Site) -> None:
    """API-6: what is taken back was never told."""
    alarm = AlarmFactory.build(camera=CameraFactory(site=site))
    with transaction.atomic():
        write(alarm, START)
        transaction.set_rollback(True)

    assert (Alarm.objects.count(), Event.objects.count()) == (0, 0)


def test_who_did_it_and_through_what_is_told(site: Site, owner: User) -> None:
    """API-8."""
    alarm = AlarmFactory(camera=CameraFactory(site=site))
    alarm_acknowledge(user=owner, alarm_id=alarm.pk, origin="recorder", external_ref="A-7")
    event = Event.objects.get()

    assert (event.by, event.origin) == (owner, "recorder")
    assert (event.data["origin"], event.data["external_ref"]) == ("recorder", "A-7")


def test_a_picture_that_comes_late_is_no_second_start(site: Site) -> None:
    """API-6: the writer may store the picture with a second write of the start."""
    alarm = AlarmFactory.build(camera=CameraFactory(site=site))
    for picture in ("", "alarms/late.jpg"):
        with transaction.atomic():
            alarm_write(camera_id=alarm.camera_id, news=news(alarm, START), snapshot=picture)

    assert [kind for _, kind in told()] == ["alarm.started", "alarm.picture"]


def test_what_is_committed_late_comes_behind_what_was_read() -> None:
    """API-6: whoever wrote first, and however long its transaction takes: a reader who goes on from the last number
    misses nothing. (SQLite lets the second writer wait instead.)"""
    site, written, committed = SiteFactory(), threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            note(site, 1)
            written.set()
            assert committed.wait(LIMIT_S)
        connection.close()

    def quick() -> None:
        note(site, 2)
        connection.close()

    threads = [threading.Thread(target=work) for work in (slow, quick)]
    threads[0].start()
    assert written.wait(LIMIT_S)
    threads[1].start()
    threads[1].join(0.5)
    first = list(events_after(0, limit=10))
    committed.set()
    for thread in threads:
        thread.join(LIMIT_S)
    then = events_after(first[-1].number if first else 0, limit=10)

    assert sorted(event.data["n"] for event in (*first, *then)) == [1, 2]


def test_many_writers_leave_no_gap_and_no_double() -> None:
    """API-6: a reader who follows while eight threads write sees each event once, and in rising order."""
    site, done = SiteFactory(), threading.Event()
    seen: list[int] = []

    def write_some(start: int) -> None:
        for number in range(start, start + 10):
            note(site, number)
        connection.close()

    def follow() -> None:
        at = 0
        while True:
            last = done.is_set()
            for event in events_after(at, limit=7):
                seen.append(event.data["n"])
                at = event.number
            if last and at == event_log().newest:
                break
        connection.close()

    reader = threading.Thread(target=follow)
    reader.start()
    run([lambda start=start: write_some(start) for start in range(0, 80, 10)])
    done.set()
    reader.join(LIMIT_S)

    assert sorted(seen) == list(range(80))
    assert [number for number, _ in told()] == list(range(1, 81))


def run(works: list[Callable[[], Any]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT_S)


def test_what_a_crash_left_without_a_number_gets_one(site: Site) -> None:
    """API-6: a process that dies between the commit and the numbering loses nothing."""
    Event.objects.create(type="camera.status", at=datetime.now(UTC), site=site, data={})
    assert event_log().newest == 0

    assert (events_number(), events_number(), event_log().newest) == (1, 0, 1)


def test_old_events_go_and_their_cursors_are_told_the_way_out(site: Site, settings) -> None:
    """API-6: bounded by age and by number; a cursor whose next events are gone is never answered with a hole."""
    settings.EVENTS_DAYS, settings.EVENTS_MOST = 7, 3
    for number in range(6):
        note(site, number)
    Event.objects.filter(number=1).update(at=datetime.now(UTC) - timedelta(days=8))
    removed = events_prune(now=datetime.now(UTC))

    assert (removed, event_log().oldest, event_log().newest) == (3, 3, 6)
    with pytest.raises(CursorGoneError) as refused:
        events_after(2, limit=10)
    assert refused.value.facts == {"oldest": 3, "newest": 6}
    assert [event.number for event in events_after(3, limit=10)] == [4, 5, 6]
    settings.EVENTS_MOST = 100
    Event.objects.update(at=datetime.now(UTC) - timedelta(days=8))
    assert (events_prune(now=datetime.now(UTC)), event_log().oldest) == (3, 6)


def test_a_cursor_of_the_future_is_refused(site: Site) -> None:
    """API-6: a back-up was restored; what the reader knows is not what is here."""
    note(site)

    with pytest.raises(CursorGoneError):
        cursor_check(2)
    assert cursor_check(1).newest == 1


@given(sizes=st.lists(st.integers(1, 9), max_size=12), pages=st.integers(1, 5))
@hypothesis.settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_way_of_paging_sees_each_event_once(sizes: list[int], pages: int, site: Site) -> None:
    """API-6: whatever the batches were and however much is read at a time."""
    start = event_log().newest
    for size in sizes:
        with transaction.atomic():
            for _ in range(size):
                note(site)
    seen, at = [], start
    while found := events_after(at, limit=pages):
        seen += [event.number for event in found]
        at = found[-1].number

    assert seen == list(range(start + 1, start + 1 + sum(sizes)))
