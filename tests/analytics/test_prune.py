"""How long counts are kept (CNT-2, CNT-7)."""

from datetime import UTC, datetime, timedelta

import pytest

from analytics.models import ChangeLog, CountMinute
from analytics.services import count
from analytics.services.count import count_prune
from cameras.models import Camera
from tests.factories import CameraFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 3, 10, tzinfo=UTC)


def minute(camera: Camera, at: datetime) -> CountMinute:
    values = {"minimum": 0, "maximum": 1, "mean": 0.5, "last": 1}
    return CountMinute.objects.create(camera=camera, area_number=1, minute=at, **values)


def test_minutes_are_kept_for_732_whole_days_of_the_site() -> None:
    """CNT-2: midnight is the site's: 16:00 UTC in Tokyo is one in the morning of the next day."""
    tokyo, berlin = CameraFactory(site__time_zone="Asia/Tokyo"), CameraFactory(site__time_zone="Europe/Berlin")
    day = datetime(2024, 11, 19, tzinfo=UTC)  # 732 days before the 21st of November 2026
    kept = [minute(tokyo, day - timedelta(hours=9)), minute(berlin, day - timedelta(hours=1))]
    for camera, hours in ((tokyo, 9), (berlin, 1)):
        minute(camera, day - timedelta(hours=hours, minutes=1))

    assert count_prune(now=NOW) == 2
    assert set(CountMinute.objects.all()) == set(kept)


def test_the_change_log_is_kept_for_35_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """CNT-7: removed in steps that let the writer in between."""
    monkeypatch.setattr(count, "ROWS_A_STEP", 2)
    camera = CameraFactory(site__time_zone="UTC")
    today = NOW.replace(hour=0, minute=0)
    for days in (34, 35, 36, 37, 38, 39, 40):
        ChangeLog.objects.create(camera=camera, area_number=1, hour=today - timedelta(days=days), data=b"x")

    assert count_prune(now=NOW) == 5
    assert ChangeLog.objects.count() == 2
