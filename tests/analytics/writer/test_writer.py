"""From the streams into the database: once, whatever happens in between (SPEC 15; DESIGN 6), against real servers."""

import threading
import uuid
from typing import Any

import pytest
from django.db import OperationalError
from redis import Redis

from analytics.models import Alarm, CameraLease, CountMinute
from analytics.news import (
    END,
    NOTIFIED,
    START,
    OwnerNews,
)
from analytics.workers.keyvalue import ALARMS, COUNTS, GROUP, key
from analytics.workers.lease import Lease
from analytics.workers.outbox import Entry
from analytics.workers.stream import REFUSED
from analytics.writer import Writer
from cameras.models import Camera
from tests.analytics.writer.sent import T0, entry, killed, minute, news, send, unreachable, write_all

pytestmark = pytest.mark.django_db


def test_what_is_written_is_confirmed_and_leaves_the_stream(server: Redis, lease: Lease, writer: Writer) -> None:
    """DESIGN 6: the worker re-sends a change until the writer has confirmed the commit."""
    one = entry(news(str(uuid.uuid4())))
    send(server, lease, one)

    write_all(writer)

    assert server.smembers(key("done", lease.name)) == {one.key.encode()}
    assert server.xlen(ALARMS) == 0


def test_a_full_server_gets_its_room_back(server: Redis, lease: Lease, writer: Writer) -> None:
    """SPEC 15: what waited for the database is what fills the server; its confirmation needs room, too. Once written
    it goes, and comes again with the next word of its sender."""
    one = entry(news(str(uuid.uuid4())))
    writer.turn()
    send(server, lease, one)
    server.config_set("maxmemory", 1)
    try:
        write_all(writer)
    finally:
        server.config_set("maxmemory", 0)

    assert server.xlen(ALARMS) == 0
    assert not server.exists(key("done", lease.name))
    send(server, lease, one)
    write_all(writer)
    assert server.smembers(key("done", lease.name)) == {one.key.encode()}
    assert Alarm.objects.count() == 1


def test_the_same_entries_twice_change_nothing(
    server: Redis, lease: Lease, writer: Writer, told: list[tuple[str, str]]
) -> None:
    """SPEC 15: no alarm doubled."""
    one = str(uuid.uuid4())
    entries = [
        entry(news(one)),
        entry(news(one, NOTIFIED)),
        entry(news(one, END, at=T0 + 5, reason="count")),
        minute(lease.epoch),
    ]
    send(server, lease, *entries)
    write_all(writer)
    before = (Alarm.objects.values().get(), CountMinute.objects.values().get())

    send(server, lease, *entries)
    send(server, lease, entry(news(one, NOTIFIED)), entry(news(one)))
    write_all(writer)

    assert (Alarm.objects.values().get(), CountMinute.objects.values().get()) == before
    assert len(told) == 3


def test_a_writer_killed_between_commit_and_acknowledgement_doubles_nothing(
    server: Redis, lease: Lease, writer: Writer, monkeypatch: pytest.MonkeyPatch, told: list[tuple[str, str]]
) -> None:
    """SPEC 15: kill -9 of the writer: no alarm lost, none doubled."""
    one = str(uuid.uuid4())
    writer.turn()
    send(server, lease, entry(news(one)))
    with monkeypatch.context() as patch:
        patch.setattr(writer._streams, "free", killed)
        with pytest.raises(KeyboardInterrupt):
            write_all(writer)
    assert Alarm.objects.count() == 1
    assert server.xlen(ALARMS) == 1

    heir = Writer(server, Lease("writer"), threading.Event())
    write_all(heir)

    assert Alarm.objects.count() == 1
    assert told == [(START, one)]
    assert server.xpending(ALARMS, GROUP)["pending"] == 0
    assert server.sismember(key("done", lease.name), entry(news(one)).key)


def test_entries_that_a_dead_writer_had_read_are_written_by_the_next(
    server: Redis, lease: Lease, writer: Writer
) -> None:
    """DESIGN 6: read and not acknowledged is claimed."""
    writer.turn()
    send(server, lease, entry(news(str(uuid.uuid4()))), minute(lease.epoch))
    server.xreadgroup(GROUP, "writer", {ALARMS: ">", COUNTS: ">"})

    write_all(Writer(server, Lease("writer"), threading.Event()))

    assert Alarm.objects.count() == 1
    assert CountMinute.objects.count() == 1


def test_nothing_is_lost_while_the_database_is_away(
    server: Redis, lease: Lease, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 15: the database is away: alarms and counts are written when it is back."""
    writer.turn()
    send(server, lease, entry(news(str(uuid.uuid4()))), minute(lease.epoch))
    with monkeypatch.context() as away:
        away.setattr("analytics.writer.transaction.atomic", unreachable)
        for _ in range(3):
            with pytest.raises(OperationalError):
                write_all(writer)
    assert server.xlen(ALARMS) == 1
    assert not server.exists(key("done", lease.name))

    write_all(writer)

    assert Alarm.objects.count() == 1
    assert CountMinute.objects.count() == 1


def test_the_running_writer_waits_for_the_database_and_goes_on(
    server: Redis, lease: Lease, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 15: the task does not end because the database is away."""
    tries: list[int] = []

    def turn() -> int:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("connection refused")
        writer._stop.set()
        return 0

    monkeypatch.setattr("analytics.writer.AWAY_S", 0.0)
    monkeypatch.setattr("analytics.writer.connection.close", lambda: None)
    monkeypatch.setattr(writer, "turn", turn)

    writer.run()

    assert len(tries) == 3


def test_a_writer_that_lost_its_lease_ends(server: Redis, writer: Writer) -> None:
    """DESIGN 7: one writer."""
    server.delete(key("lease", "writer"))
    assert Lease("writer").take(server)
    writer._lease._renewed_at -= 10

    writer.run()

    assert not writer._lease.held


def test_groups_are_made_again_when_the_server_came_back_empty(server: Redis, lease: Lease, writer: Writer) -> None:
    """SPEC 15: Redis restarts empty."""
    write_all(writer)
    server.flushall()
    lease.renew(server)
    lease.renew(server)
    send(server, lease, entry(news(str(uuid.uuid4()))))

    write_all(writer)

    assert Alarm.objects.count() == 1


def test_an_event_of_a_former_owner_is_dropped(
    server: Redis, lease: Lease, writer: Writer, camera: Camera, caplog: pytest.LogCaptureFixture
) -> None:
    """SPEC 15: the other's writes are fenced off; and not confirmed, so that the owner of now sends his own."""
    former = lease.epoch
    send(server, lease, entry(news("0" * 31 + "1")))
    server.delete(key("lease", lease.name))
    heir = Lease(camera.pk)
    heir.take(server)
    owner = OwnerNews("heir")
    send(server, heir, Entry(ALARMS, f"owner:{heir.epoch}", owner.to_json()))
    late = entry(news("0" * 31 + "2"))
    fields: dict[Any, Any] = {"key": late.key, "camera": camera.pk, "epoch": former, "data": late.packed()}
    server.xadd(ALARMS, fields)

    write_all(writer)

    assert [alarm.pk.int for alarm in Alarm.objects.all()] == [1]
    assert CameraLease.objects.get().epoch == heir.epoch
    assert CameraLease.objects.get().owner == "heir"
    assert not server.sismember(key("done", camera.pk), late.key)
    assert "fenced" in caplog.text


def test_a_bad_entry_is_put_aside_and_stops_nobody(server: Redis, lease: Lease, writer: Writer) -> None:
    """SPEC 15: only that camera is affected."""
    good = str(uuid.uuid4())
    bad = Entry(ALARMS, "bad", {"kind": "party", "alarm_id": "x"})
    send(server, lease, bad, Entry(ALARMS, "worse", {"kind": 1}), entry(news("no uuid")), entry(news(good)))
    server.xadd(ALARMS, {"garbage": "1"})
    server.xadd(ALARMS, {"key": "k", "camera": "1", "epoch": "1", "data": "{"})

    write_all(writer)

    assert [str(alarm.pk) for alarm in Alarm.objects.all()] == [good]
    assert server.xlen(REFUSED) == 5
    assert server.xlen(ALARMS) == 0
