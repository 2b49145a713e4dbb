"""What the clock on the site's wall says of a camera: is its schedule open (EXT-4), and which band holds (OCC-34).

Both are whole minutes, so the clock is looked at once a minute, and once more when it was set or the plan changed; in
between an answer costs a comparison.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from analytics.engine.alarms import NO_BAND, BandThresholds
from analytics.workers.plan import CameraPlan
from cameras.schedules import band_at

MINUTE_S = 60


class SiteHours:
    """One camera's. `look` first, then read; the time comes in as POSIX seconds.

    open: the extension is to run.    opens_at: POSIX seconds, while it is not; None: never again.
    thresholds: of the band that holds, NO_BAND without one.
    """

    def __init__(self, plan: CameraPlan) -> None:
        self.open = True
        self.opens_at: float | None = None
        self.thresholds: BandThresholds = NO_BAND
        self.follow(plan)

    def follow(self, plan: CameraPlan) -> None:
        """Other settings: the next look takes them."""
        self._plan = plan
        self._minute: float | None = None

    def look(self, now: float) -> None:
        """What holds at this moment."""
        minute = now // MINUTE_S
        if minute == self._minute:
            return
        self._minute = minute
        at = datetime.fromtimestamp(now, UTC)
        schedule, zone = self._plan.schedule, self._plan.zone
        self.open = schedule.is_open(at, zone)
        opening = None if self.open else schedule.next_opening(at, zone)
        self.opens_at = opening.timestamp() if opening else None
        band = band_at(self._plan.settings.bands, at, zone)
        self.thresholds = _by_number(band.count_thresholds) if band else NO_BAND


def _by_number(thresholds: Mapping[str, int]) -> BandThresholds:
    """JSON knows no numbers as keys."""
    return {int(number): threshold for number, threshold in thresholds.items()}
