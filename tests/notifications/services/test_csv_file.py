"""The daily CSV files (OCC-30; OUT-7)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from cameras.models import Camera, Site
from notifications import tasks
from notifications.counts_export import day_rows
from notifications.protocols.csv_counts import header
from notifications.services.csv_file import csv_files_prune, csv_files_write
from portal.celery import app
from tests.factories import CameraFactory, SiteFactory
from tests.notifications.stored_counts import counted

NOON = datetime(2026, 5, 1, 10, tzinfo=UTC)
MIDNIGHT = datetime(2026, 5, 1, 22, tzinfo=UTC)
"""The end of May 1st at a site in Berlin."""


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def camera(site: Site) -> Camera:
    camera = CameraFactory(site=site, occupancy={"csv": True})
    counted(camera, NOON, 5, 2)
    return camera


def files(media: Path) -> list[str]:
    return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


def path_of(camera: Camera, day: str = "2026-05-01") -> str:
    return f"counts/{day.replace('-', '/')}/cam-{camera.pk:04d}_{day}.csv"


def test_a_day_is_written_when_it_is_over_at_its_site(camera: Camera, media: Path) -> None:
    """OCC-30: a quarter of an hour later, when its last minutes have come; with the very lines of a download."""
    assert csv_files_write(now=MIDNIGHT + timedelta(minutes=14)) == 0
    assert csv_files_write(now=MIDNIGHT + timedelta(minutes=15)) == 1
    assert files(media) == [path_of(camera)]
    assert (media / path_of(camera)).read_bytes() == header() + day_rows(camera, NOON.date())


def test_a_second_run_finds_it_there(camera: Camera, media: Path) -> None:
    """STYLE 9: safe to run twice."""
    later = MIDNIGHT + timedelta(hours=1)

    assert [csv_files_write(now=later), csv_files_write(now=later)] == [1, 0]
    assert files(media) == [path_of(camera)]


def test_minutes_that_come_late_are_written_too(camera: Camera, media: Path) -> None:
    """OCC-30, SPEC 15: a server was away at midnight; the file becomes that of all minutes, once."""
    later = MIDNIGHT + timedelta(hours=1)
    csv_files_write(now=later)
    counted(camera, NOON + timedelta(hours=1), 7)

    assert [csv_files_write(now=later), csv_files_write(now=later)] == [1, 0]
    assert (media / path_of(camera)).read_bytes() == header() + day_rows(camera, NOON.date())


def test_a_writer_that_is_killed_leaves_the_file_of_before(
    camera: Camera, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 15: no reader sees half a file, and the next run puts the whole one there."""
    later = MIDNIGHT + timedelta(hours=1)
    csv_files_write(now=later)
    before = (media / path_of(camera)).read_bytes()
    counted(camera, NOON + timedelta(hours=1), 7)

    def killed(_file: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            csv_files_write(now=later)
    torn = (media / path_of(camera)).read_bytes()

    assert torn == before
    assert csv_files_write(now=later) == 1
    assert files(media) == [path_of(camera)]


def test_a_stopped_portal_writes_what_is_missing(camera: Camera, media: Path) -> None:
    """OCC-30: for a week; days without counts have no file."""
    assert csv_files_write(now=MIDNIGHT + timedelta(days=6, hours=1)) == 1
    assert files(media) == [path_of(camera)]


def test_only_those_that_want_files_get_them(site: Site, media: Path) -> None:
    """OCC-30: Off by default; the counts are there all the same."""
    other = CameraFactory(site=site)
    counted(other, NOON, 1)

    assert csv_files_write(now=MIDNIGHT + timedelta(hours=1)) == 0
    assert day_rows(other, NOON.date())


@pytest.mark.django_db
def test_each_site_has_its_own_midnight(media: Path) -> None:
    """OUT-7: the site's time zone; in Auckland the second of May begins at noon."""
    camera = CameraFactory(site=SiteFactory(time_zone="Pacific/Auckland"), occupancy={"csv": True})
    counted(camera, NOON, 5)

    assert csv_files_write(now=datetime(2026, 5, 1, 12, 20, tzinfo=UTC)) == 1
    assert files(media) == [path_of(camera)]


def test_files_go_with_their_counts(camera: Camera, media: Path) -> None:
    """CNT-2: after 732 days; what somebody else keeps in the folder stays."""
    csv_files_write(now=MIDNIGHT + timedelta(hours=1))
    kept = media / "counts/2026/05/notes.txt"
    kept.write_text("ours")
    dates = [NOON + timedelta(days=days) for days in (732, 733)]

    assert [csv_files_prune(now=now) for now in dates] == [0, 1]
    assert files(media) == ["counts/2026/05/notes.txt"]


@pytest.mark.django_db(transaction=True)  # a task looks after its connection
def test_a_full_disk_is_for_the_next_hour(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 15: the task ends well; the file is still missing, so it is written later."""
    counted(camera, datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=2), 5)

    def full(*_args: object) -> None:
        tried.append(1)
        raise OSError(28, "No space left on device")

    tried: list[int] = []
    with monkeypatch.context() as patch:
        patch.setattr("notifications.services.csv_file.write_whole", full)
        tasks.write_csv_files()

    assert tried
    assert csv_files_write(now=datetime.now(UTC)) == 1


def test_beat_asks_every_hour_beside_the_deliveries() -> None:
    """DESIGN 1: a thousand files must not hold up a message."""
    assert app.conf.beat_schedule["write-csv-files"]["task"] == tasks.write_csv_files.name
    assert app.amqp.router.route({}, tasks.write_csv_files.name)["queue"].name == "default"
