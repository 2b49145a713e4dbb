"""Alarms with real pictures in a storage of their own."""

from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from analytics.models import Alarm
from analytics.services.snapshot import snapshot_store
from cameras.models import Camera
from tests.factories import AlarmFactory

JPEG = b"\xff\xd8 a picture"


def pictured(camera: Camera, started_at: datetime, **facts: object) -> Alarm:
    """An alarm of the camera whose picture was stored as the writer does it."""
    alarm = AlarmFactory(camera=camera, started_at=started_at, **facts)
    alarm.snapshot = snapshot_store(alarm_id=str(alarm.pk), at=started_at.timestamp(), jpeg=JPEG)
    alarm.save()
    return alarm


def stored(folder: Path) -> set[str]:
    """The names of all files in the storage, without folder and ending: the ids of their alarms."""
    return {file.stem for file in folder.rglob("*.jpg")}


def keys(*alarms: Alarm) -> set[str]:
    return {str(alarm.pk) for alarm in alarms}


def refuse(monkeypatch: pytest.MonkeyPatch, *alarms: Alarm) -> None:
    """The storage deletes no file of these alarms, as on a disk that turned read-only (root may delete anything)."""
    delete = FileSystemStorage.delete

    def deny(self: FileSystemStorage, name: str) -> None:
        if Path(name).stem in keys(*alarms):
            raise PermissionError(13, "Permission denied", name)
        delete(self, name)

    monkeypatch.setattr(FileSystemStorage, "delete", deny)
