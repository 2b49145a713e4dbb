"""What the clock on the site's wall says of a camera: is its schedule open (EXT-4), and which band holds (OCC-34).

Both are whole minutes, so the clock is looked at once a minute, and once more when it was set or the plan changed; in
between an answer costs a comparison.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from analytics.engine.alarms import NO_BAND, BandThresholds
from analytics.workers.plan import ExtensionPlan
from cameras.schedules import band_at

MINUTE_S = 60


class SiteHours:
    """Of one extension on one camera. `look` first, then read; the time comes in as POSIX seconds.

    open: the extension is to run.    opens_at: POSIX seconds, while it is not; None: never again.
    thresholds: of the band that holds, NO_BAND without one.
    """

    def __init__(self, extension: ExtensionPlan[Any], zone: ZoneInfo) -> None:
        self.open = True
        self.opens_at: float | None = None
        self.thresholds: BandThresholds = NO_BAND
        self.follow(extension, zone)

    def follow(self, extension: ExtensionPlan[Any], zone: ZoneInfo) -> None:
        """Other settings: the next look takes them. zone: of the site."""
        self._schedule, self._zone = extension.schedule, zone
        self._bands = extension.bands
        self._minute: float | None = None

    def look(self, now: float) -> None:
        """What holds at this moment."""
        minute = now // MINUTE_S
        if minute == self._minute:
            return
        self._minute = minute
        at = datetime.fromtimestamp(now, UTC)
        self.open = self._schedule.is_open(at, self._zone)
        opening = None if self.open else self._schedule.next_opening(at, self._zone)
        self.opens_at = opening.timestamp() if opening else None
        band = band_at(self._bands, at, self._zone)
        self.thresholds = _by_number(band.count_thresholds) if band else NO_BAND


def _by_number(thresholds: Mapping[str, int]) -> BandThresholds:
    """JSON knows no numbers as keys."""
    return {int(number): threshold for number, threshold in thresholds.items()}
