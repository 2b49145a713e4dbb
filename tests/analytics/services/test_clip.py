"""Clips in the storage and at their alarms: whole or only begun, shared, removed (OPR-3, SEC-7)."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from analytics.models import Alarm, Event
from analytics.models.clip import AWAITED, ClipState
from analytics.news import CLIP, START, AlarmNews, ClipNews, NewsError
from analytics.services.alarm import alarm_write
from analytics.services.clip import clip_store, clip_write
from analytics.services.erasure import media_erase
from analytics.services.media import media_clear
from analytics.services.retention import strays_remove
from analytics.signals import alarm_changed
from cameras.models import Camera
from tests.factories import CameraFactory, UserFactory

pytestmark = pytest.mark.django_db
FILES = {"clip": b"the video", "scenes": b"{}"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def committed(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> DjangoCaptureOnCommitCallbacks:
    return django_capture_on_commit_callbacks


@pytest.fixture
def camera() -> Camera:
    return CameraFactory()


@pytest.fixture
def told() -> Iterator[list[tuple[str, Alarm]]]:
    """(event, alarm) of every signal."""
    heard: list[tuple[str, Alarm]] = []

    def hear(alarm: Alarm, event: str, **_: Any) -> None:
        heard.append((event, alarm))

    alarm_changed.connect(hear)
    yield heard
    alarm_changed.disconnect(hear)


def started(camera: Camera, clip: str, *, ago: timedelta = timedelta()) -> Alarm:
    """An alarm as the writer makes it."""
    at = (timezone.now() - ago).timestamp()
    facts = {"area_number": 1, "area_name": "Hall", "count": 3, "threshold": 3, "at": at, "started_at": at}
    news = AlarmNews(START, str(uuid.uuid4()), **facts, started_count=3, clip=clip)  # type: ignore[arg-type]  # each its own
    alarm = alarm_write(camera_id=camera.pk, news=news)
    assert alarm is not None
    return Alarm.objects.get(pk=alarm.pk)


def sent(clip: str, *, whole: bool = True, files: dict[str, bytes] = FILES) -> ClipNews:
    """Stored and written, as the writer does it."""
    news = ClipNews(clip, timezone.now().timestamp(), whole)
    names = clip_store(news=news, files=files)
    with transaction.atomic():
        clip_write(news=news, files=names)
    return news


def stored(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.rglob("*.*"))


def key() -> str:
    return str(uuid.uuid4())


def test_the_whole_takes_the_place_of_the_beginning(
    camera: Camera, folder: Path, told: list[tuple[str, Alarm]], committed: DjangoCaptureOnCommitCallbacks
) -> None:
    """OPR-3: being recorded until it is whole; browsers are told once; the beginning is deleted after the commit."""
    clip = key()
    alarm = started(camera, clip)
    assert alarm.clip_state is ClipState.RECORDING
    sent(clip, whole=False)
    alarm.refresh_from_db()
    assert (alarm.clip_state, [event for event, _ in told]) == (ClipState.RECORDING, [START])

    with committed(execute=True):
        sent(clip)
    alarm.refresh_from_db()
    assert alarm.clip_state is ClipState.KEPT
    with alarm.clip.open() as file:
        assert file.read() == FILES["clip"]
    assert stored(folder) == [f"{clip}.json", f"{clip}.mp4"]
    assert [(event, one.pk) for event, one in told[1:]] == [(CLIP, alarm.pk)]


def test_the_log_of_events_says_that_the_clip_can_be_fetched(camera: Camera) -> None:
    """OPR-3, API-6: under a type of its own, so that nobody has to ask again and again; once, of the whole."""
    clip = key()
    alarm = started(camera, clip)
    for whole in (False, True, True):
        sent(clip, whole=whole)

    found = Event.objects.filter(alarm=alarm.pk).order_by("pk").values_list("type", "data__clip_state")
    assert list(found) == [("alarm.started", "recording"), ("alarm.clip", "kept")]


def test_what_comes_twice_or_too_late_changes_nothing(
    camera: Camera, folder: Path, told: list[tuple[str, Alarm]], committed: DjangoCaptureOnCommitCallbacks
) -> None:
    """DESIGN 6: both parts again, in any order: the whole stays, its file is the same, nobody is told again."""
    clip = key()
    alarm = started(camera, clip)
    with committed(execute=True):
        sent(clip)
        sent(clip)
        sent(clip, whole=False)

    alarm.refresh_from_db()
    assert (alarm.clip_whole, Path(alarm.clip.name).stem) == (True, clip)
    assert stored(folder) == [f"{clip}.json", f"{clip}.mp4"]
    assert len(told) == 2


def test_after_a_minute_the_beginning_is_what_there_is(camera: Camera) -> None:
    """OPR-3: its worker was lost in mid-clip."""
    clip = key()
    alarm = started(camera, clip, ago=AWAITED + timedelta(seconds=1))
    assert alarm.clip_state is ClipState.NONE
    sent(clip, whole=False)

    alarm.refresh_from_db()
    assert alarm.clip_state is ClipState.KEPT


def test_alarms_at_the_same_time_share_one_file(camera: Camera, folder: Path) -> None:
    """OPR-3: also one that begins when a part of it is there, and not one of another recording."""
    clip = key()
    first, other = started(camera, clip), started(camera, key())
    sent(clip, whole=False)
    second = started(camera, clip)
    assert Path(second.clip.name).stem == f"{clip}-begun"
    sent(clip)

    names = {alarm.clip.name for alarm in Alarm.objects.filter(pk__in=[first.pk, second.pk])}
    assert len(names) == 1
    assert Alarm.objects.get(pk=other.pk).clip_state is ClipState.RECORDING


def test_a_shared_file_stays_as_long_as_one_of_its_alarms(camera: Camera, folder: Path) -> None:
    """SEC-7: the pictures of one alarm go; who shares its clip keeps it, and with the last one it goes."""
    clip = key()
    first, second = started(camera, clip), started(camera, clip)
    sent(clip)
    media_clear(alarms=Alarm.objects.filter(pk=first.pk), at=timezone.now())

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.clip_state, second.clip_state) == (ClipState.REMOVED, ClipState.KEPT)
    assert stored(folder) == [f"{clip}.json", f"{clip}.mp4"]
    assert strays_remove(now=timezone.now() + timedelta(days=2)) == 0

    media_clear(alarms=Alarm.objects.filter(pk=second.pk), at=timezone.now())
    assert stored(folder) == []


def test_both_alarms_of_a_shared_file_are_removed_in_one_step(camera: Camera, folder: Path) -> None:
    """SEC-7: an erasure leaves nothing."""
    clip = key()
    started(camera, clip)
    started(camera, clip)
    sent(clip)
    media_erase(user=UserFactory(is_superuser=True), camera=camera)

    assert stored(folder) == []
    assert {alarm.clip_state for alarm in Alarm.objects.all()} == {ClipState.REMOVED}


def test_a_clip_that_comes_after_the_removal_is_deleted(
    camera: Camera, folder: Path, committed: DjangoCaptureOnCommitCallbacks
) -> None:
    """SEC-7: what was erased does not come back with the rest of it; nor does one whose alarm is gone."""
    clip = key()
    started(camera, clip)
    sent(clip, whole=False)
    media_erase(user=UserFactory(is_superuser=True), camera=camera)
    with committed(execute=True):
        sent(clip)
        sent(key())

    assert stored(folder) == []
    assert Alarm.objects.get().clip_state is ClipState.REMOVED


def test_a_full_disk_costs_the_clip_and_nothing_else(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 15: the alarm stays; its beginning, too."""
    clip = key()
    alarm = started(camera, clip)
    sent(clip, whole=False)

    def full(*_: Any, **__: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "save", full)
    sent(clip)

    alarm.refresh_from_db()
    assert (alarm.clip_state, default_storage.exists(alarm.clip.name)) == (ClipState.KEPT, True)


def test_a_message_without_files_says_that_nothing_follows(camera: Camera) -> None:
    """DESIGN 6: with the database away for long, old clips give way and their messages do not."""
    clip = key()
    alarm = started(camera, clip)
    sent(clip, files={})

    alarm.refresh_from_db()
    assert alarm.clip_state is ClipState.NONE


@pytest.mark.parametrize("data", [{}, {"clip": "../../etc/passwd"}, {"clip": 7}, {"clip": None}])
def test_a_strange_message_is_refused(data: dict[str, Any]) -> None:
    """DESIGN 6: names in the storage are made of it."""
    with pytest.raises(NewsError, match="news of a clip"):
        ClipNews.from_json({"began_at": 0, "whole": True, **data})
