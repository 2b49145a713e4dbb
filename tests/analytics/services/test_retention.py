"""How long pictures of alarms are kept (SEC-7)."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from structlog.testing import capture_logs

from analytics.models import Alarm
from analytics.news import START, AlarmNews
from analytics.services import media, retention
from analytics.services.alarm import alarm_write
from analytics.services.media import Cleared
from analytics.services.retention import media_prune, strays_remove
from analytics.tasks import prune_media
from cameras.models import Camera
from tests.analytics.stored_media import keys, pictured, refuse, stored
from tests.factories import AlarmFactory, CameraFactory, SiteFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def camera() -> Camera:
    return CameraFactory()


def age(folder: Path, days: float) -> None:
    """Every file in the storage is as old as this."""
    for file in folder.rglob("*.jpg"):
        os.utime(file, times=((NOW - days * DAY).timestamp(),) * 2)


def test_pictures_are_kept_as_long_as_their_site_says(folder: Path) -> None:
    """SEC-7: 30 days unless set; the file is gone, the alarm stays and says since when; twice is as once."""
    usual, short = CameraFactory(), CameraFactory(site__media_days=2)
    kept = [pictured(usual, NOW - 30 * DAY), pictured(short, NOW - 2 * DAY)]
    due = [pictured(usual, NOW - 30 * DAY - timedelta(seconds=1)), pictured(short, NOW - 3 * DAY)]

    assert media_prune(now=NOW) == Cleared(removed=2)

    assert stored(folder) == keys(*kept)
    assert {row.media_removed_at for row in Alarm.objects.filter(snapshot="")} == {NOW}
    assert keys(*Alarm.objects.filter(snapshot="")) == keys(*due)
    assert media_prune(now=NOW) == Cleared()
    assert media_prune(now=NOW + DAY) == Cleared(removed=2)
    assert Alarm.objects.filter(media_removed_at=NOW).count() == 2


def test_an_alarm_that_had_no_picture_is_not_called_removed(camera: Camera) -> None:
    """SEC-7: nothing was there to remove."""
    AlarmFactory(camera=camera, started_at=NOW - 40 * DAY)

    assert media_prune(now=NOW) == Cleared()
    assert Alarm.objects.get().media_removed_at is None


def test_pictures_of_a_removed_camera_go_in_their_time(camera: Camera, folder: Path) -> None:
    """SEC-7: by the site of the alarm, which stays."""
    pictured(camera, NOW - 31 * DAY)
    camera.delete()

    assert media_prune(now=NOW).removed == 1
    assert stored(folder) == set()


@tries(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ages=st.lists(st.integers(0, 6), max_size=7), days=st.integers(1, 6))
def test_however_many_steps_it_takes_exactly_the_old_ones_go(
    folder: Path, monkeypatch: pytest.MonkeyPatch, ages: list[int], days: int
) -> None:
    """SEC-7: any ages, also the same ones, in steps of two; row and file go together."""
    monkeypatch.setattr(media, "ALARMS_A_STEP", 2)
    Alarm.objects.all().delete()
    camera = CameraFactory(site__media_days=days)
    alarms = [pictured(camera, NOW - one * DAY) for one in ages]
    for other in stored(folder) - keys(*alarms):  # of the example before
        next(folder.rglob(f"{other}.jpg")).unlink()

    cleared = media_prune(now=NOW)

    young = {str(alarm.pk) for alarm, one in zip(alarms, ages, strict=True) if one <= days}
    assert stored(folder) == young == keys(*Alarm.objects.exclude(snapshot=""))
    assert cleared == Cleared(removed=len(ages) - len(young))


@pytest.mark.parametrize(("sites", "pictures"), [(1, 1), (1, 4), (20, 4)])
def test_a_night_asks_once_a_site_and_twice_a_step(
    sites: int,
    pictures: int,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """SEC-7: the sites; each site's step that finds nothing more; each step reads and writes once."""
    monkeypatch.setattr(media, "ALARMS_A_STEP", 4)
    camera = CameraFactory()
    for _ in range(pictures):
        pictured(camera, NOW - 40 * DAY)
    SiteFactory.create_batch(sites - 1)

    with django_assert_num_queries(1 + sites + 2):
        assert media_prune(now=NOW).removed == pictures


def test_a_file_that_cannot_be_deleted_holds_up_no_other(
    camera: Camera, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SEC-7: logged, seen by nobody, tried again the next night."""
    alarms = [pictured(camera, NOW - 40 * DAY) for _ in range(3)]
    age(folder, 40)
    with monkeypatch.context() as patch, capture_logs() as logs:
        refuse(patch, alarms[1])
        assert media_prune(now=NOW) == Cleared(removed=3, failed=1)
        assert strays_remove(now=NOW) == 0

    assert stored(folder) == keys(alarms[1])
    assert not Alarm.objects.filter(media_removed_at=None).exists()
    assert {str(alarms[1].pk) in line["file"] for line in logs} == {True}
    assert "Permission denied" in logs[0]["error"]
    assert strays_remove(now=NOW + DAY) == 1
    assert stored(folder) == set()


def test_a_file_that_is_gone_already_is_no_mistake(camera: Camera, folder: Path) -> None:
    """SEC-7: as after a run that was interrupted between file and row."""
    pictured(camera, NOW - 40 * DAY)
    next(folder.rglob("*.jpg")).unlink()

    assert media_prune(now=NOW) == Cleared(removed=1)
    assert Alarm.objects.get().media_removed_at == NOW


def test_files_without_an_alarm_go_after_a_day(camera: Camera, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SEC-7: of a removed site, of a write that was never finished; a younger one may be about to get its row."""
    monkeypatch.setattr(retention, "FILES_A_STEP", 2)
    kept = [pictured(camera, NOW - days * DAY) for days in (1, 1, 5)]
    gone = [pictured(camera, NOW - 5 * DAY) for _ in range(3)]
    Alarm.objects.filter(pk__in=[alarm.pk for alarm in gone]).delete()
    default_storage.save("plans/1.jpg", ContentFile(b"not of an alarm"))
    age(folder, 1)

    assert strays_remove(now=NOW) == 0
    age(folder, 1.01)
    assert strays_remove(now=NOW) == 3

    assert stored(folder) == keys(*kept) | {"1"}


def test_an_empty_storage_has_no_strays() -> None:
    """SEC-7: before the first alarm there is no folder."""
    assert strays_remove(now=NOW) == 0


@pytest.mark.parametrize("files", [1, 6])
def test_strays_are_found_by_one_question_a_step(
    files: int,
    camera: Camera,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """SEC-7: whatever is found."""
    monkeypatch.setattr(retention, "FILES_A_STEP", 3)
    for _ in range(files):
        pictured(camera, NOW)

    with django_assert_num_queries(1 if files < 3 else 2):
        strays_remove(now=NOW)


def test_a_late_write_brings_no_picture_back(camera: Camera, folder: Path) -> None:
    """SEC-7: the news of a start, handed out again after the picture was removed, leaves a stray for the next night."""
    alarm = pictured(camera, NOW - 40 * DAY, area_number=1)
    media_prune(now=NOW)
    name = default_storage.save(alarm.snapshot.name, ContentFile(b"\xff\xd8 again"))
    at = alarm.started_at.timestamp()
    facts = {"area_number": 1, "area_name": "Lobby", "count": 12, "threshold": 10, "started_count": 12}
    news = AlarmNews(kind=START, alarm_id=str(alarm.pk), at=at, started_at=at, **facts)

    assert alarm_write(camera_id=camera.pk, news=news, snapshot=name) is None

    assert Alarm.objects.get().snapshot.name == ""
    age(folder, 2)
    assert strays_remove(now=NOW) == 1


def test_the_nightly_task_does_both(camera: Camera, folder: Path) -> None:
    """SEC-7: by the clock of today."""
    today = datetime.now(UTC)
    kept = pictured(camera, today - 29 * DAY)
    pictured(camera, today - 31 * DAY)
    stray = pictured(camera, today - 3 * DAY)
    age(folder, 3)
    stray.delete()

    prune_media()

    assert stored(folder) == keys(kept)
