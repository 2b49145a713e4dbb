"""Minutes from before the roll-ups (CNT-1): nothing that was counted is lost to the charts."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from analytics.count_reading import hours_read
from analytics.engine.alarm.minutes import MinuteSum
from analytics.engine.counts.slots import mean
from analytics.models import CountMinute
from analytics.services.rollup import counts_roll_up
from tests.factories import CameraFactory

pytestmark = pytest.mark.django_db
HOUR = datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_their_sums_come_out_of_their_parts_and_their_hours_are_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    """CNT-3: of every owner's part; in steps, as there may be millions."""
    migration = import_module("analytics.migrations.0011_minutes_to_pack")
    monkeypatch.setattr(migration, "ROWS_A_STEP", 2)
    camera, minute_ms = CameraFactory(), round(HOUR.timestamp() * 1000)
    parts = {
        "1": MinuteSum(minute_ms, 2, 2, 2, 0, count_ms=40_000, known_ms=20_000),
        "2": MinuteSum(minute_ms, 5, 5, 5, 1, count_ms=200_000, known_ms=40_000),
    }
    for minute in range(5):
        CountMinute.objects.create(
            camera=camera,
            area_number=0,
            minute=HOUR + timedelta(minutes=minute),
            minimum=2,
            maximum=5,
            mean=4.0,
            last=5,
            parts={name: part.to_json() for name, part in parts.items()},
        )

    migration.fill(apps, None)
    counts_roll_up(now=HOUR)

    _hour_s, slots = hours_read(areas=[(camera.pk, 0)], begin=HOUR, end=HOUR + timedelta(hours=1))[camera.pk, 0]
    assert mean(slots[0])[:5].tolist() == [4.0] * 5
    assert slots[0]["known_ms"].sum() == 5 * 60_000
