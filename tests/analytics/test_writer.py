"""From the streams into the database: once, whatever happens in between (SPEC 15; DESIGN 6), against real servers."""

import io
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import OperationalError
from redis import Redis

from analytics.engine.alarm.changelog import RunLog
from analytics.engine.alarm.minutes import MinuteSum
from analytics.engine.alarm.packing import pack, unpack
from analytics.models import Alarm, CameraLease, CameraView, ChangeLog, ComplianceMinute, CountMinute, SceneEvent
from analytics.news import (
    END,
    JOINED,
    NOTIFIED,
    START,
    WITHHELD,
    AdviceNews,
    AlarmNews,
    ComplianceNews,
    CountNews,
    OwnerNews,
    ViewNews,
)
from analytics.signals import alarm_changed
from analytics.workers.keyvalue import ALARMS, COUNTS, GROUP, client, key
from analytics.workers.lease import Lease
from analytics.workers.outbox import Entry
from analytics.workers.state import Parcel, save
from analytics.workers.stream import REFUSED
from analytics.writer import Writer
from cameras.models import Camera
from tests.factories import CameraFactory
from tests.servers.valkey import Valkey

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 11, 21, 8, 0, tzinfo=UTC).timestamp()
MINUTE_MS = int(T0 * 1000)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.workers.stream.BLOCK_MS", 1)


@pytest.fixture
def server(valkey: Valkey) -> Redis:
    return client(valkey.url)


@pytest.fixture
def camera() -> Camera:
    return CameraFactory(name="Door")


@pytest.fixture
def lease(server: Redis, camera: Camera) -> Lease:
    lease = Lease(camera.pk)
    lease.take(server)
    return lease


@pytest.fixture
def writer(server: Redis) -> Writer:
    lease = Lease("writer")
    lease.take(server)
    return Writer(server, lease, threading.Event())


@pytest.fixture
def told() -> Iterator[list[tuple[str, str]]]:
    """(event, alarm) of every signal."""
    heard: list[tuple[str, str]] = []

    def hear(alarm: Alarm, event: str, **_: Any) -> None:
        heard.append((event, str(alarm.pk)))

    alarm_changed.connect(hear)
    yield heard
    alarm_changed.disconnect(hear)


def news(alarm_id: str, kind: str = START, **facts: Any) -> AlarmNews:
    given: dict[str, Any] = {
        "area_number": 1,
        "area_name": "Lobby",
        "count": 10,
        "threshold": 10,
        "at": T0,
        "started_at": T0,
        "started_count": 10,
    }
    return AlarmNews(kind, alarm_id, **given | facts)


def entry(one: AlarmNews | CountNews | ComplianceNews | AdviceNews | ViewNews, **blobs: bytes) -> Entry:
    numbers = isinstance(one, CountNews | ComplianceNews)
    return Entry(COUNTS if numbers else ALARMS, one.key, one.to_json(), blobs)


def send(server: Redis, lease: Lease, *entries: Entry, epoch: int | None = None) -> None:
    reply = save(server, camera_id=int(lease.name), epoch=epoch or lease.epoch, parcel=Parcel(b"{}", entries=entries))
    assert isinstance(reply, list)


def write_all(writer: Writer) -> None:
    """Until it is idle: a turn may have made the groups, one may have found nothing to claim, one nothing new."""
    idle = 0
    while idle < 3:
        idle = 0 if writer.turn() else idle + 1


def test_scene_advice_and_the_view_are_written(server: Redis, lease: Lease, writer: Writer, camera: Camera) -> None:
    """CAM-8: once, however often they are sent; a word that is no advice is put aside, and stops nobody."""
    dark, over = AdviceNews("dark", True, T0, 7.5), AdviceNews("dark", False, T0 + 60, 30.0)
    view = entry(ViewNews(0, T0), colour=b"c" * 10, monochrome=b"m" * 20)
    send(server, lease, entry(dark), entry(AdviceNews("weather", True, T0)), entry(over), view, entry(dark), view)

    write_all(writer)

    event = SceneEvent.objects.get(camera=camera)
    assert (event.advice, event.began_at.timestamp(), event.value) == ("dark", T0, 7.5)
    assert event.ended_at == datetime.fromtimestamp(T0 + 60, UTC)
    kept = CameraView.objects.get(camera=camera)
    assert (bytes(kept.colour), bytes(kept.monochrome)) == (b"c" * 10, b"m" * 20)
    assert server.xlen(REFUSED) == 1


def test_an_alarm_of_a_minimum_is_marked_by_its_cause(server: Redis, lease: Lease, writer: Writer) -> None:
    """OCC-32: it is never sent as one of the message ids 98-101, so its row says what it is; no other word is taken."""
    few, strange = str(uuid.uuid4()), str(uuid.uuid4())
    send(server, lease, entry(news(few, cause="minimum", count=0)), entry(news(strange, cause="weather")))

    write_all(writer)

    assert Alarm.objects.get().cause == Alarm.Cause.MINIMUM
    assert server.xlen(REFUSED) == 1


def test_an_alarm_is_written_from_its_start_to_its_end(
    server: Redis, lease: Lease, writer: Writer, camera: Camera, told: list[tuple[str, str]]
) -> None:
    """OPR-2: one row per breach; repeats count inside it."""
    one = str(uuid.uuid4())
    send(
        server,
        lease,
        entry(news(one)),
        entry(news(one, NOTIFIED)),
        entry(news(one, NOTIFIED, sequence=1, at=T0 + 10)),
        entry(news(one, END, at=T0 + 12.5, reason="count", count=3)),
    )

    write_all(writer)

    alarm = Alarm.objects.get()
    assert (alarm.camera, alarm.site, alarm.camera_name, alarm.area_name) == (camera, camera.site, "Door", "Lobby")
    assert (alarm.count, alarm.threshold, alarm.notified_count, alarm.cause) == (10, 10, 2, "threshold")
    assert alarm.started_at.timestamp() == T0
    assert alarm.last_notified_at is not None
    assert alarm.last_notified_at.timestamp() == T0 + 10
    assert alarm.ended_at is not None
    assert (alarm.ended_at.timestamp(), alarm.end_reason) == (T0 + 12.5, "count")
    assert told == [(START, one), (NOTIFIED, one), (NOTIFIED, one), (END, one)]


def test_non_wearers_are_told_together(server: Redis, lease: Lease, writer: Writer) -> None:
    """MASK-7: one row each, with the number of their face; the second one joins the notification of the first, and
    counts as told: no notification of its own, told upwards as what it is, with everybody's faces."""
    faces = [{"track": 4, "box": [0.1, 0.1, 0.2, 0.3], "score": 61, "mask": False}]
    facts = {"area_number": 0, "area_name": "", "extension": "nonmask", "cause": "no_mask", "threshold": 1}
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    heard: list[tuple[str, str, object]] = []

    def hear(alarm: Alarm, event: str, faces: object = (), **_: Any) -> None:
        heard.append((event, str(alarm.pk), faces))

    alarm_changed.connect(hear)
    try:
        for kind, alarm_id, face in ((START, first, 4), (START, second, 5), (NOTIFIED, first, 4), (JOINED, second, 5)):
            send(server, lease, entry(news(alarm_id, kind, face=face, faces=faces, count=2, **facts)))
        write_all(writer)
    finally:
        alarm_changed.disconnect(hear)

    rows = {str(alarm.pk): alarm for alarm in Alarm.objects.all()}
    assert [(rows[one].face, rows[one].notified_count, rows[one].cause) for one in (first, second)] == [
        (4, 1, "no_mask"),
        (5, 1, "no_mask"),
    ]
    assert heard[2:] == [(NOTIFIED, first, faces), (JOINED, second, faces)]


def test_people_by_the_minute_are_written(server: Redis, lease: Lease, writer: Writer, camera: Camera) -> None:
    """MASK-9, CNT-3: beside the counts, once, however often they are sent."""
    people = {"minute_ms": MINUTE_MS, "mask": 2, "no_mask": 1, "not_judged": 3, "frames": 300}
    part = entry(ComplianceNews(MINUTE_MS, lease.epoch, people))
    send(server, lease, part)
    send(server, lease, part)
    write_all(writer)

    row = ComplianceMinute.objects.get(camera=camera)
    assert (row.seen, row.mask, row.no_mask, row.not_judged) == (6, 2, 1, 3)


def test_what_is_written_is_confirmed_and_leaves_the_stream(server: Redis, lease: Lease, writer: Writer) -> None:
    """DESIGN 6: the worker re-sends a change until the writer has confirmed the commit."""
    one = entry(news(str(uuid.uuid4())))
    send(server, lease, one)

    write_all(writer)

    assert server.smembers(key("done", lease.name)) == {one.key.encode()}
    assert server.xlen(ALARMS) == 0


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


def test_an_alarm_of_a_camera_that_is_gone_is_dropped_quietly(server: Redis, lease: Lease, writer: Writer) -> None:
    """SPEC 4.11: a removed camera's late news has nowhere to go."""
    Camera.objects.all().delete()
    one = entry(news(str(uuid.uuid4())))
    send(server, lease, one, minute(lease.epoch))

    write_all(writer)

    assert not Alarm.objects.exists()
    assert server.xlen(REFUSED) == 0
    assert server.sismember(key("done", lease.name), one.key)


def test_a_snapshot_is_stored_once_under_the_name_of_its_alarm(server: Redis, lease: Lease, writer: Writer) -> None:
    """OPR-3: written again after a crash, it is the same file."""
    one = str(uuid.uuid4())
    first = news(one, overlay={"boxes": []})
    for _ in range(2):
        send(server, lease, entry(first, snapshot=b"\xff\xd8 jpeg"))
        write_all(writer)

    alarm = Alarm.objects.get()
    assert alarm.snapshot.name == f"alarms/2026/11/21/{one}.jpg"
    assert alarm.overlay == {"boxes": []}
    with default_storage.open(alarm.snapshot.name) as file:
        assert io.BytesIO(file.read()).getvalue() == b"\xff\xd8 jpeg"


def test_a_full_disk_loses_the_picture_not_the_alarm(
    server: Redis, lease: Lease, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 15: disk full: no crash."""

    def full(*_: Any, **__: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "save", full)
    send(server, lease, entry(news(str(uuid.uuid4())), snapshot=b"\xff\xd8"))

    write_all(writer)

    assert Alarm.objects.get().snapshot.name == ""


def test_an_end_that_comes_first_makes_the_row_that_the_start_completes(
    server: Redis, lease: Lease, writer: Writer, told: list[tuple[str, str]]
) -> None:
    """DESIGN 6: any order ends in the same row."""
    one = str(uuid.uuid4())
    send(server, lease, entry(news(one, END, at=T0 + 9, reason="pause", count=8)))
    send(server, lease, entry(news(one), snapshot=b"\xff\xd8"), entry(news(one, NOTIFIED)))

    write_all(writer)

    alarm = Alarm.objects.get()
    assert (alarm.end_reason, alarm.notified_count, alarm.count) == ("pause", 1, 10)
    assert alarm.snapshot.name
    assert told[0] == (END, one)


def test_an_alarm_that_could_not_be_told_is_marked(server: Redis, lease: Lease, writer: Writer) -> None:
    """SPEC 4.6: listed as withheld."""
    one = str(uuid.uuid4())
    send(server, lease, entry(news(one)), entry(news(one, WITHHELD)), entry(news(one, END, at=T0 + 1, reason="count")))

    write_all(writer)

    alarm = Alarm.objects.get()
    assert (alarm.withheld, alarm.notified_count) == (True, 0)


def test_two_owners_parts_of_a_minute_add_up_and_each_replaces_itself(
    server: Redis, lease: Lease, writer: Writer
) -> None:
    """CNT-3: written once, merged when two workers had a part of it."""
    send(server, lease, minute(11, frames=50, count=2), minute(22, frames=100, count=5, last_at_ms=59_000))
    send(server, lease, minute(11, frames=100, count=4, last_at_ms=30_000))
    write_all(writer)
    send(server, lease, minute(11, frames=50, count=2))
    write_all(writer)

    row = CountMinute.objects.get()
    assert (row.frames, row.minimum, row.maximum, row.last) == (200, 4, 5, 5)
    assert row.mean == pytest.approx(4.5)
    assert row.minute.timestamp() == T0


def test_a_minute_without_a_known_count_makes_no_row(server: Redis, lease: Lease, writer: Writer) -> None:
    """CNT-6: never a zero that looks live."""
    part = CountNews(MINUTE_MS, 11, {"1": MinuteSum(MINUTE_MS, frames=3).to_json()})
    send(server, lease, entry(part))

    write_all(writer)

    assert not CountMinute.objects.exists()


def test_the_change_log_of_an_hour_is_one_row_however_it_arrives(server: Redis, lease: Lease, writer: Writer) -> None:
    """CNT-7: packed per hour; a segment that comes twice changes nothing."""
    runs = RunLog(11, 2_000)
    for second in range(0, 120, 10):
        runs.frame(MINUTE_MS + second * 1000, second // 10 % 3)
        runs.frame(MINUTE_MS + second * 1000 + 1_500, second // 10 % 3)
    whole = runs.take(MINUTE_MS + 115_000)
    pieces = [piece.between(piece.start_ms, MINUTE_MS + 60_000) for piece in whole]
    pieces += [piece.between(MINUTE_MS + 60_000, piece.end_ms) for piece in whole]
    for piece in (pieces[1], pieces[0], pieces[1]):
        part = CountNews(piece.start_ms - piece.start_ms % 60_000, 11, {})
        send(server, lease, entry(part, **{"log:1:0": pack([piece])}))
        write_all(writer)

    row = ChangeLog.objects.get()
    assert unpack(bytes(row.data)) == tuple(whole)
    assert row.hour.timestamp() == T0


def minute(part: int, *, frames: int = 300, count: int = 3, last_at_ms: int = 59_800) -> Entry:
    whole = MinuteSum(
        MINUTE_MS, count, count, count, MINUTE_MS + last_at_ms, count * 30_000, 30_000, alarm_ms=0, frames=frames
    )
    return entry(CountNews(MINUTE_MS, part, {"1": whole.to_json()}))


def killed(*_: Any) -> None:
    raise KeyboardInterrupt


def unreachable(*_: Any, **__: Any) -> Any:
    raise OperationalError("could not connect to server")
