"""`manage.py demo_history`: a past for simulated cameras, so that charts show something on the first day."""

from argparse import ArgumentTypeError
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.services.count import MINUTES_KEPT_DAYS
from analytics.services.demo_history import demo_history_make, is_demo
from cameras.models import Camera


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MINUTES_KEPT_DAYS:
        raise ArgumentTypeError(f"days must be 1 to {MINUTES_KEPT_DAYS}, not {text!r}")
    return int(text)


class Command(BaseCommand):
    """A second run changes nothing: only hours without counts are filled."""

    help = (
        "Makes up counts of the last days for simulated cameras and those that repeat a recording; marked as simulated."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=_days, default=90, help="how many days back (90)")

    def handle(self, **options: Any) -> None:
        cameras = [camera for camera in Camera.objects.select_related("site") if is_demo(camera)]
        if not cameras:
            raise CommandError(
                "There is no simulated camera, and none that repeats a recording: real ones keep theirs."
            )
        now = datetime.now(UTC)
        for camera in cameras:
            hours = demo_history_make(camera=camera, days=options["days"], now=now)
            self.stdout.write(f"{camera}: {hours} hours made up")
