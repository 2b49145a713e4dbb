"""Clips of alarms, as their worker sends them: the beginning at once, the whole a few seconds later (OPR-3; DESIGN 6).

Safe to run twice. An alarm that joins a clip finds by its recording what came before of it. A clip that no alarm takes
is deleted: its alarm, or the pictures of its camera, were removed meanwhile.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from analytics.models import Alarm
from analytics.news import CLIP, ClipNews
from analytics.services.media import file_delete
from analytics.signals import alarm_changed

log = structlog.get_logger(__name__)

CLIP_FIELDS = ("recording", "clip", "clip_scenes", "clip_whole")


def clip_store(*, news: ClipNews, files: Mapping[str, bytes]) -> dict[str, str]:
    """Store video and scenes, and return their names by field; nothing when one is missing, or the storage refuses.

    The names follow from the clip: a second write puts the same bytes in the same place. The whole is beside the
    beginning, so that nobody's file changes while it is watched.
    """
    if not files.get("clip") or not files.get("scenes"):
        return {}
    stem = f"alarms/{datetime.fromtimestamp(news.began_at, UTC):%Y/%m/%d}/{news.clip}{'' if news.whole else '-begun'}"
    try:
        return {
            "clip": _stored(f"{stem}.mp4", files["clip"]),
            "clip_scenes": _stored(f"{stem}.json", files["scenes"]),
        }
    except OSError as error:
        log.warning("clip not stored", clip=news.clip, error=str(error))
        return {}


def clip_write(*, news: ClipNews, files: Mapping[str, str]) -> list[Alarm]:
    """Give the clip to its alarms, inside the writer's transaction; returns those that it changed.

    files: as `clip_store` returned them; none: what came before is all that there will be.
    """
    alarms = Alarm.objects.filter(recording=uuid.UUID(news.clip)).select_for_update(of=("self",))
    changed = [alarm for alarm in alarms.select_related("site") if _take(alarm, news, files)]
    named = Alarm.objects.filter(media_removed_at=None, clip__in=files.values())
    if files and not named.exists():
        _delete_later(files.values())
    return changed


def clip_facts(*, recording: str) -> dict[str, Any]:
    """The fields of a new alarm: what came before of the clip that shows it. recording: "" for none."""
    if not recording:
        return dict(zip(CLIP_FIELDS, (None, "", "", False), strict=True))
    shared = Alarm.objects.filter(recording=uuid.UUID(recording), media_removed_at=None).exclude(clip="")
    found = shared.values(*CLIP_FIELDS).first()
    return found or dict(zip(CLIP_FIELDS, (uuid.UUID(recording), "", "", False), strict=True))


def _take(alarm: Alarm, news: ClipNews, files: Mapping[str, str]) -> bool:
    """A beginning never comes after the whole, and nothing after a removal."""
    if alarm.media_removed_at or alarm.clip_whole or not (files or news.whole):
        return False
    before = [alarm.clip.name, alarm.clip_scenes.name]
    for field, name in files.items():
        setattr(alarm, field, name)
    alarm.clip_whole = news.whole
    alarm.save(update_fields=CLIP_FIELDS)
    _delete_later(name for name in before if name and files and name not in files.values())
    if news.whole:
        alarm_changed.send(sender=Alarm, alarm=alarm, event=CLIP)
    return True


def _stored(name: str, data: bytes) -> str:
    if default_storage.exists(name):
        default_storage.delete(name)
    return str(default_storage.save(name, ContentFile(data)))


def _delete_later(names: Iterable[str]) -> None:
    """When the rows no longer name them; what cannot be deleted is found at night."""
    for name in names:
        transaction.on_commit(partial(file_delete, name))
