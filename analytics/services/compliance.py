"""People with and without a mask by the minute (MASK-9, CNT-3). Safe to run twice: a part replaces itself."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from analytics.models import ComplianceMinute
from analytics.news import ComplianceNews
from analytics.services.count import MINUTES_KEPT_DAYS, ROWS_A_STEP
from cameras.models import Camera, Site


def compliance_flush(*, camera_id: int, news: ComplianceNews) -> bool:
    """Write one owner's part of a minute beside those of others. False when the camera is gone."""
    # SciPy comes with it: a second of every process's start-up, for what only the writer does, and only with faces.
    from analytics.engine.masks.people import PeopleSum

    if not Camera.objects.filter(pk=camera_id).exists():
        return False
    new, part = PeopleSum.from_json(news.people), str(news.part)
    minute = datetime.fromtimestamp(new.minute_ms / 1000, UTC)
    row = ComplianceMinute.objects.select_for_update().filter(camera_id=camera_id, minute=minute).first()
    parts: dict[str, Any] = row.parts if row else {}
    if part in parts and parts[part]["frames"] > new.frames:
        return True  # an earlier look at the same part
    parts = {**parts, part: new.to_json()}
    whole = reduce(PeopleSum.merge, (PeopleSum.from_json(one) for one in parts.values()))
    values = {name: getattr(whole, name) for name in ("seen", "mask", "no_mask", "not_judged", "frames")}
    ComplianceMinute.objects.update_or_create(camera_id=camera_id, minute=minute, defaults=values | {"parts": parts})
    return True


def compliance_prune(*, now: datetime) -> int:
    """Remove what is older than counts are kept: whole days of each site's time zone (CNT-2). Returns the rows."""
    removed = 0
    for site in Site.objects.all():
        today = now.astimezone(ZoneInfo(site.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        old = ComplianceMinute.objects.filter(camera__site=site, minute__lt=today - timedelta(days=MINUTES_KEPT_DAYS))
        while ids := list(old.values_list("pk", flat=True)[:ROWS_A_STEP]):
            removed += ComplianceMinute.objects.filter(pk__in=ids).delete()[0]
    return removed
