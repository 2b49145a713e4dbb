"""Minutes, people, change logs and scene advice, from the stream into the database (CNT-1, CNT-3, CNT-7, CAM-8)."""

from datetime import UTC, datetime

import pytest
from redis import Redis

from analytics.engine.alarm.changelog import RunLog
from analytics.engine.alarm.minutes import MinuteSum
from analytics.engine.alarm.packing import pack, unpack
from analytics.models import CameraView, ChangeLog, ComplianceMinute, CountMinute, SceneEvent
from analytics.news import (
    AdviceNews,
    ComplianceNews,
    CountNews,
    ViewNews,
)
from analytics.workers.lease import Lease
from analytics.workers.stream import REFUSED
from analytics.writer import Writer
from cameras.models import Camera
from tests.analytics.writer.sent import MINUTE_MS, T0, entry, minute, send, write_all

pytestmark = pytest.mark.django_db


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


def test_people_by_the_minute_are_written(server: Redis, lease: Lease, writer: Writer, camera: Camera) -> None:
    """MASK-9, CNT-3: beside the counts, once, however often they are sent."""
    people = {"minute_ms": MINUTE_MS, "mask": 2, "no_mask": 1, "not_judged": 3, "frames": 300}
    part = entry(ComplianceNews(MINUTE_MS, lease.epoch, people))
    send(server, lease, part)
    send(server, lease, part)
    write_all(writer)

    row = ComplianceMinute.objects.get(camera=camera)
    assert (row.seen, row.mask, row.no_mask, row.not_judged) == (6, 2, 1, 3)


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
