"""Counts of minutes as the portal stores them, and files as a reader of CSV sees them."""

import csv
import io
from datetime import datetime, timedelta

from analytics.models import CountMinute
from analytics.services.rollup import counts_roll_up, pending_mark
from cameras.models import Camera

MINUTE = timedelta(minutes=1)


def counted(camera: Camera, minute: datetime, *counts: int | None, minutes: int = 1) -> None:
    """Of one minute, or several in a row: the whole picture, then areas 1 to 4; None: not counted. Packed at once."""
    begins = [minute + n * MINUTE for n in range(minutes)]
    CountMinute.objects.bulk_create(
        CountMinute(
            camera=camera,
            area_number=number,
            minute=at,
            minimum=0,
            maximum=40,
            mean=last,
            count_ms=last * 60_000,
            known_ms=60_000,
            last=last,
            frames=300,
        )
        for at in begins
        for number, last in enumerate(counts)
        if last is not None
    )
    for hour in {at.replace(minute=0) for at in begins}:
        pending_mark(camera_id=camera.pk, at=hour)
    counts_roll_up(now=minute)


def cells(data: bytes) -> list[list[str]]:
    """Without the first line."""
    return list(csv.reader(io.StringIO(data.decode(), newline="")))[1:]
