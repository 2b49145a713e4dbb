"""How long counts are kept (CNT-2, CNT-7)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from analytics.models import ChangeLog, CountDay, CountHour, CountMinute, CountPending
from analytics.services import count
from analytics.services.count import count_prune
from analytics.services.count_store import days_cut, hours_put
from analytics.services.partitions import months_stored
from cameras.models import Camera
from tests.analytics.engine.counts.made import hour as packed_hour
from tests.factories import CameraFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 3, 10, tzinfo=UTC)


def put(camera: Camera, hour: datetime) -> None:
    """A minute of area 1, packed."""
    hours_put({((camera.pk, 1), hour): packed_hour(3, range(1))})


def test_counts_are_kept_for_732_whole_days_of_the_site() -> None:
    """CNT-2: midnight is the site's: 15:00 UTC in Tokyo; in Kolkata, at half past, an hour of two days stays whole."""
    zones = {"Asia/Tokyo": 15, "Europe/Berlin": 23, "Asia/Kolkata": 18}
    day = datetime(2024, 11, 18, tzinfo=UTC)  # the evening before the 732nd day before the 21st of November 2026
    for zone, hour in zones.items():
        camera = CameraFactory(site__time_zone=zone)
        put(camera, day + timedelta(hours=hour))
        put(camera, day + timedelta(hours=hour - 1))
        days_cut(cameras=[camera.pk], first=day.date(), last=day.date() + timedelta(1), zone=ZoneInfo(zone))

    count_prune(now=NOW)

    assert {row.hour.hour for row in CountHour.objects.all()} == set(zones.values())
    assert {row.day for row in CountDay.objects.all()} == {date(2024, 11, 19)}
    assert count_prune(now=NOW) == 0


def test_rows_of_minutes_go_once_they_are_packed() -> None:
    """CNT-2: after three days; while an hour waits to be packed, none of its time or later goes."""
    camera, old = CameraFactory(), NOW - timedelta(days=5)
    for at in (old, old + timedelta(days=1), NOW - timedelta(days=1)):
        values = {"minimum": 0, "maximum": 1, "mean": 0.5, "last": 1}
        CountMinute.objects.create(camera=camera, area_number=1, minute=at, **values)
    CountPending.objects.create(camera=camera, hour=old + timedelta(hours=3), marked_at=NOW)

    assert count_prune(now=NOW) == 1
    CountPending.objects.all().delete()
    assert count_prune(now=NOW) == 1
    assert CountMinute.objects.get().minute == NOW - timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_postgresql_drops_whole_months() -> None:
    """CNT-5: a month of the long store is a table, gone in a moment; elsewhere rows are removed."""
    camera = CameraFactory(site__time_zone="UTC")
    for month in (9, 10, 11):
        put(camera, datetime(2024, month, 20, tzinfo=UTC))
    before = months_stored()

    count_prune(now=NOW)

    assert [row.hour.month for row in CountHour.objects.all()] == [11]
    gone = [f"analytics_counthour_2024_{month}" for month in ("09", "10")]
    assert sorted(set(before) - set(months_stored())) == (gone if connection.vendor == "postgresql" else [])


def test_the_change_log_is_kept_for_35_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """CNT-7: removed in steps that let the writer in between."""
    monkeypatch.setattr(count, "ROWS_A_STEP", 2)
    camera = CameraFactory(site__time_zone="UTC")
    today = NOW.replace(hour=0, minute=0)
    for days in (34, 35, 36, 37, 38, 39, 40):
        ChangeLog.objects.create(camera=camera, area_number=1, hour=today - timedelta(days=days), data=b"x")

    assert count_prune(now=NOW) == 5
    assert ChangeLog.objects.count() == 2
