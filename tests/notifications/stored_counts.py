"""Counts of minutes as the writer stores them, and files as a reader of CSV sees them."""

import csv
import io
from datetime import datetime, timedelta

from analytics.models import CountMinute
from cameras.models import Camera

MINUTE = timedelta(minutes=1)


def counted(camera: Camera, minute: datetime, *counts: int | None) -> None:
    """Of one minute: the whole picture, then areas 1 to 4; None: not counted."""
    for number, last in enumerate(counts):
        if last is not None:
            CountMinute.objects.create(
                camera=camera,
                area_number=number,
                minute=minute,
                minimum=0,
                maximum=40,
                mean=last,
                last=last,
                frames=300,
            )


def cells(data: bytes) -> list[list[str]]:
    """Without the first line."""
    return list(csv.reader(io.StringIO(data.decode(), newline="")))[1:]
