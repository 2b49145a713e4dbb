"""What the owner of a camera sends to the writer, and the turns in which that is written."""

from datetime import UTC, datetime
from typing import Any

from django.db import OperationalError
from redis import Redis

from analytics.engine.alarm.minutes import MinuteSum
from analytics.news import (
    START,
    AdviceNews,
    AlarmNews,
    ComplianceNews,
    CountNews,
    ViewNews,
)
from analytics.workers.keyvalue import ALARMS, COUNTS
from analytics.workers.lease import Lease
from analytics.workers.outbox import Entry
from analytics.workers.state import Parcel, save
from analytics.writer import Writer

T0 = datetime(2026, 11, 21, 8, 0, tzinfo=UTC).timestamp()
MINUTE_MS = int(T0 * 1000)


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


def minute(part: int, *, frames: int = 300, count: int = 3, last_at_ms: int = 59_800) -> Entry:
    whole = MinuteSum(
        MINUTE_MS, count, count, count, MINUTE_MS + last_at_ms, count * 30_000, 30_000, alarm_ms=0, frames=frames
    )
    return entry(CountNews(MINUTE_MS, part, {"1": whole.to_json()}))


def killed(*_: Any) -> None:
    raise KeyboardInterrupt


def unreachable(*_: Any, **__: Any) -> Any:
    raise OperationalError("could not connect to server")
