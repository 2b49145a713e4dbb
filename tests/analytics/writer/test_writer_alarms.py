"""Alarms from the stream into the database: each once, whatever comes first (OCC, MASK-7, OPR-3)."""

import io
import uuid
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from redis import Redis

from analytics.models import Alarm
from analytics.news import (
    END,
    JOINED,
    NOTIFIED,
    START,
    WITHHELD,
)
from analytics.signals import alarm_changed
from analytics.workers.keyvalue import key
from analytics.workers.lease import Lease
from analytics.workers.stream import REFUSED
from analytics.writer import Writer
from cameras.models import Camera
from tests.analytics.writer.sent import T0, entry, minute, news, send, write_all

pytestmark = pytest.mark.django_db


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
