"""A made-up past for simulated cameras: plausible, marked, never over what was counted (issue 7)."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from analytics.count_reading import days_read, hours_read
from analytics.engine.counts.slots import SIMULATED, counted, mean
from analytics.models import CountDay, CountHour
from analytics.services.demo_history import demo_history_make
from cameras.models import Camera
from tests.analytics.stored import AREAS, store
from tests.factories import CameraFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)


@pytest.fixture
def camera() -> Camera:
    return CameraFactory(occupancy={"areas": AREAS})


def test_every_hour_up_to_the_last_full_one_is_made_up_and_marked(camera: Camera) -> None:
    """Issue 7: the picture and the areas that are On; each slot says that nobody was there."""
    hours = demo_history_make(camera=camera, days=3, now=NOW)

    assert hours == CountHour.objects.count()
    assert set(CountHour.objects.values_list("area_number", flat=True)) == {0, 1}
    assert max(CountHour.objects.values_list("hour", flat=True)) == NOW.replace(minute=0) - timedelta(hours=1)
    for _hour_s, slots in hours_read(areas=[(camera.pk, 0)], begin=NOW - timedelta(9), end=NOW).values():
        assert (slots["flags"][counted(slots)] & SIMULATED).all()


def test_days_look_like_days(camera: Camera) -> None:
    """Issue 7: opening hours, quiet Sundays, gaps that stay unknown (CNT-6)."""
    demo_history_make(camera=camera, days=60, now=NOW)
    days = days_read(areas=[(camera.pk, 0)], first=date(2026, 9, 20), end=date(2026, 11, 20))[camera.pk, 0]
    noon = {day: float(mean(slots)[12]) for day, slots in days.items()}
    night = [float(mean(slots)[3]) for slots in days.values()]
    sundays = [value for day, value in noon.items() if day.weekday() == 6]

    assert np.nanmean(night) < 0.5 < np.nanmean(sundays) < 0.5 * np.nanmean(list(noon.values()))
    assert 0 < CountDay.objects.filter(area_number=0, minutes__lt=1380).count() < 15


def test_a_second_run_changes_nothing(camera: Camera) -> None:
    """House rule: safe to run twice."""
    demo_history_make(camera=camera, days=3, now=NOW)
    before = dict(CountHour.objects.values_list("pk", "slots"))

    assert demo_history_make(camera=camera, days=3, now=NOW) == 0
    assert dict(CountHour.objects.values_list("pk", "slots")) == before


def test_what_was_counted_stays(camera: Camera) -> None:
    """Issue 7: a minute of a simulated camera that was really counted is not made up again."""
    hour = NOW.replace(hour=9, minute=0)
    store(camera, hour, 33, minutes=range(10))
    demo_history_make(camera=camera, days=1, now=NOW)
    slots = hours_read(areas=[(camera.pk, 0)], begin=hour, end=hour + timedelta(hours=1))[camera.pk, 0][1][0]

    assert mean(slots)[:10].tolist() == [33.0] * 10
    assert not (slots["flags"][:10] & SIMULATED).any()


def test_a_real_camera_gets_no_past() -> None:
    """Issue 7: no fake number beside real ones."""
    real = CameraFactory(url="rtsp://192.0.2.1/live")

    with pytest.raises(ValueError, match="is a real camera"):
        demo_history_make(camera=real, days=3, now=NOW)
    with pytest.raises(CommandError, match="no simulated camera"):
        call_command("demo_history", days=3)
    assert not CountHour.objects.exists()


def test_the_command_names_every_camera(camera: Camera) -> None:
    """Issue 7: and takes only days that are kept."""
    out = StringIO()
    call_command("demo_history", "--days", "1", stdout=out)

    assert f"{camera}: " in out.getvalue()
    with pytest.raises(CommandError, match="days must be 1 to 732"):
        call_command("demo_history", "--days", "733")
