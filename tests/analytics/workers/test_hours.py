"""The clock on the site's wall, as a camera's loop looks at it (EXT-4, OCC-34)."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from analytics.engine.alarms import NO_BAND
from analytics.workers.hours import SiteHours
from analytics.workers.plan import ExtensionPlan
from cameras.extensions.occupancy import OccupancySettings
from cameras.schedules import OperationSchedule

BERLIN = ZoneInfo("Europe/Berlin")


def berlin(schedule: dict[str, Any] | None = None, **settings: Any) -> ExtensionPlan[OccupancySettings]:
    given = OccupancySettings.from_json(settings)
    hours = OperationSchedule.from_json(schedule or {"always": True})
    return ExtensionPlan(given, hours)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


def test_it_tells_when_it_is_open_and_when_it_opens_next() -> None:
    """EXT-4: in the time zone of the site."""
    hours = SiteHours(berlin({"week": {"fri": [["08:00", "18:00"]], "mon": [["08:00", "18:00"]]}}), BERLIN)
    hours.look(at("2026-11-20T12:00:30"))
    assert (hours.open, hours.opens_at) == (True, None)

    hours.look(at("2026-11-20T18:00:00"))
    assert (hours.open, hours.opens_at) == (False, at("2026-11-23T08:00"))


def test_a_clock_that_is_set_is_looked_at_again() -> None:
    """SPEC 15, clock step: backwards, too."""
    hours = SiteHours(berlin({"week": {"fri": [["08:00", "18:00"]]}}), BERLIN)
    found = []
    for time in ("17:59", "18:00", "17:59"):
        hours.look(at(f"2026-11-20T{time}"))
        found.append(hours.open)

    assert found == [True, False, True]


def test_a_schedule_that_never_opens_has_no_next_opening() -> None:
    """EXT-4."""
    hours = SiteHours(berlin({"week": {}}), BERLIN)
    hours.look(at("2026-11-20T12:00"))

    assert (hours.open, hours.opens_at) == (False, None)


def test_a_band_gives_its_thresholds_by_area() -> None:
    """OCC-34: areas that it does not name keep their own."""
    lunch = {"name": "Lunch", "days": ["fri"], "begin": "11:30", "end": "13:30", "count_thresholds": {"1": 12}}
    hours = SiteHours(berlin(bands=[lunch]), BERLIN)
    found = []
    for time in ("11:29", "11:30", "13:30"):
        hours.look(at(f"2026-11-20T{time}"))
        found.append(hours.thresholds)

    assert found == [NO_BAND, {1: 12}, NO_BAND]


def test_another_plan_is_looked_at_within_the_same_minute() -> None:
    """EXT-7: a schedule that was saved works at once."""
    hours, now = SiteHours(berlin(), BERLIN), datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()
    hours.look(now)
    hours.follow(berlin({"week": {}}), BERLIN)
    hours.look(now)

    assert not hours.open
