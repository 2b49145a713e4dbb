"""Scene advice as the database keeps it, and the view that a camera is compared with (CAM-8). Safe to run twice."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from analytics.models import CameraView, SceneEvent
from analytics.news import AdviceNews, NewsError, ViewNews
from cameras.models import Camera, Role
from cameras.selectors import Visitor, role_require
from cameras.services.version import version_raise

log = structlog.get_logger(__name__)

ADVICE_KEPT_DAYS = 90


def advice_write(*, camera_id: int, news: AdviceNews) -> SceneEvent | None:
    """Begin or end one piece of advice; None when nothing changes: it holds already, or never began.

    Raises NewsError for a word that is no advice.
    """
    if news.advice not in SceneEvent.Advice.values:
        raise NewsError(f"news of a scene: advice {news.advice!r}, one of {SceneEvent.Advice.values} expected")
    at = datetime.fromtimestamp(news.at, UTC)
    rows = SceneEvent.objects.select_for_update().filter(camera_id=camera_id, advice=news.advice)
    event = rows.filter(ended_at=None).first()
    if news.began:
        seen = event is not None or rows.filter(began_at=at).exists()
        return None if seen else _begin(camera_id, news, at)
    if event is None or event.began_at > at:
        return None
    event.ended_at = at
    event.save(update_fields=["ended_at"])
    return event


def _begin(camera_id: int, news: AdviceNews, at: datetime) -> SceneEvent | None:
    if not Camera.objects.filter(pk=camera_id).exists():
        log.warning("scene advice of a camera that is gone: dropped", camera=camera_id, advice=news.advice)
        return None
    return SceneEvent.objects.create(camera_id=camera_id, advice=news.advice, began_at=at, value=news.value)


def advice_prune(*, now: datetime) -> int:
    """Remove advice that went long ago. Returns the rows removed."""
    return SceneEvent.objects.filter(ended_at__lt=now - timedelta(days=ADVICE_KEPT_DAYS)).delete()[0]


def view_keep(*, camera_id: int, news: ViewNews, views: Mapping[str, bytes]) -> bool:
    """Keep a camera's view. False: it was learnt before the last confirmation, or the camera is gone."""
    if not Camera.objects.filter(pk=camera_id).exists():
        return False
    row = CameraView.objects.select_for_update().filter(camera_id=camera_id).first() or CameraView(camera_id=camera_id)
    if news.confirmed_ms != confirmed_ms(row):
        return False
    row.colour, row.monochrome = views.get("colour", b""), views.get("monochrome", b"")
    row.save()
    return True


@transaction.atomic
def view_confirm(*, user: Visitor, camera: Camera) -> CameraView:
    """The camera looks where it should: its view is learnt anew, and “moved” ends. Raises PermissionDenied."""
    role_require(user, camera.site_id, Role.ADMINISTRATOR)
    facts = {"confirmed_at": timezone.now(), "colour": b"", "monochrome": b""}
    row, _ = CameraView.objects.update_or_create(camera=camera, defaults=facts)
    version_raise(camera_id=camera.pk)
    return row


def confirmed_ms(row: CameraView) -> int:
    """The last confirmation in ms UTC, 0 when there was none."""
    return round(row.confirmed_at.timestamp() * 1000) if row.confirmed_at else 0
