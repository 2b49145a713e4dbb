"""Charts of stored counts: places, periods, the period before, the week (CNT-4, CNT-5, CNT-6)."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from analytics.count_places import MOST_PLACES, PlaceKind, camera_places, places_get
from analytics.count_series import CountChart, count_chart
from analytics.engine.counts.days import Period
from analytics.engine.counts.lines import Quality
from cameras.models import Camera, Site
from cameras.selectors import camera_get
from portal.accounts.models import User
from tests.analytics.stored import AREAS, store
from tests.factories import CameraFactory, MembershipFactory, SiteFactory

NINE = datetime(2026, 5, 6, 7, tzinfo=UTC)
"""Nine o'clock in Berlin, on a Wednesday."""
DAY = date(2026, 5, 6)
LATER = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Entrance", occupancy={"areas": AREAS})


def chart(user: User, keys: list[str], period: Period, day: date = DAY, **more) -> CountChart:
    return count_chart(places=places_get(user=user, keys=keys), period=period, day=day, now=LATER, **more)


def known(values: np.ndarray) -> list[float]:
    return values[~np.isnan(values)].tolist()


def test_a_day_is_shown_by_the_minute(camera: Camera, colleague: User) -> None:
    """CNT-4: of an area, by the clock of its site; the table beside it by the hour."""
    store(camera, NINE, 4, 8, number=1)
    (one,) = chart(colleague, [f"area-{camera.pk}-1"], Period.DAY).series

    assert (one.place.name, one.place.where) == ("Door", "Harbour · Entrance")
    assert (len(one.line.at_s), len(one.rows.at_s)) == (1440, 24)
    assert known(one.line.mean) == [4.0] * 60 + [8.0] * 60
    assert one.line.at_s[np.nanargmax(one.line.maximum)] == (NINE + timedelta(hours=1)).timestamp()
    assert one.rows.mean[9:11].tolist() == [4.0, 8.0]
    assert (one.summary.mean, one.summary.peak, one.summary.known) == (6.0, 8, 120 / 1440)


@pytest.mark.parametrize(("period", "buckets", "rows"), [("week", 168, 7), ("month", 744, 31), ("year", 365, 12)])
def test_longer_periods_have_the_grain_that_fits(
    camera: Camera, colleague: User, period: Period, buckets: int, rows: int
) -> None:
    """CNT-4: hours of a week or a month, days of a year."""
    store(camera, NINE, 4, 8)
    (one,) = chart(colleague, [f"camera-{camera.pk}"], Period(period)).series

    assert (len(one.line.at_s), len(one.rows.at_s)) == (buckets, rows)
    assert known(one.line.mean) == ([6.0] if period == "year" else [4.0, 8.0])
    assert (one.summary.mean, one.summary.lowest, one.summary.peak) == (6.0, 4, 8)


def test_a_day_of_23_hours_has_23(camera: Camera, colleague: User) -> None:
    """CNT-4: the clock is put forward on the 29th of March; noon stays noon."""
    store(camera, datetime(2026, 3, 29, 10, tzinfo=UTC), 5)
    day = chart(colleague, [f"camera-{camera.pk}"], Period.DAY, date(2026, 3, 29))
    week = chart(colleague, [f"camera-{camera.pk}"], Period.WEEK, date(2026, 3, 29))

    assert (len(day.series[0].line.at_s), len(week.series[0].line.at_s)) == (1380, 167)
    assert day.heat is not None
    assert day.heat.hours[6, 12] == 5.0


def test_the_period_before_lies_beside(camera: Camera, colleague: User) -> None:
    """CNT-4: bucket beside bucket."""
    store(camera, NINE - timedelta(days=7), 2)
    store(camera, NINE, 3)
    (one,) = chart(colleague, [f"camera-{camera.pk}"], Period.WEEK).series

    assert one.previous[np.nanargmax(one.line.mean)] == 2.0
    assert (one.summary.mean, one.before.mean) == (3.0, 2.0)


def test_while_a_period_runs_it_is_compared_with_as_much_of_the_one_before(camera: Camera, colleague: User) -> None:
    """CNT-4: noon today is no half of yesterday."""
    store(camera, NINE - timedelta(days=1), 2, 2, 9)
    store(camera, NINE, 3)
    places = places_get(user=colleague, keys=[f"camera-{camera.pk}"])
    (one,) = count_chart(places=places, period=Period.DAY, day=DAY, now=NINE + timedelta(hours=1)).series

    assert (one.before.mean, one.before.peak) == (2.0, 2)
    assert one.summary.known == 60 / 600  # ten hours of this day have passed


def test_a_site_is_the_sum_of_its_cameras(site: Site, camera: Camera, colleague: User) -> None:
    """CNT-4: and limited while one of them is away (CNT-6)."""
    other = CameraFactory(site=site)
    store(camera, NINE, 4, 4)
    store(other, NINE, 5)
    (one,) = chart(colleague, [f"site-{site.pk}"], Period.DAY).series

    assert one.place.kind is PlaceKind.SITE
    assert one.rows.mean[9:11].tolist() == [9.0, 4.0]
    assert one.rows.quality()[8:12] == [Quality.UNKNOWN, Quality.LIVE, Quality.LIMITED, Quality.UNKNOWN]


def test_sites_elsewhere_keep_to_their_own_clock(camera: Camera, colleague: User) -> None:
    """CNT-4: nine in the morning lies on nine in the morning."""
    tokyo = MembershipFactory(user=colleague, site=SiteFactory(time_zone="Asia/Tokyo")).site
    there = CameraFactory(site=tokyo)
    store(camera, NINE, 4)
    store(there, datetime(2026, 5, 6, 0, tzinfo=UTC), 7)
    here, far = chart(colleague, [f"camera-{camera.pk}", f"camera-{there.pk}"], Period.DAY).series

    assert (here.rows.mean[9], far.rows.mean[9]) == (4.0, 7.0)


def test_the_week_of_a_single_day_is_that_of_four_weeks(camera: Camera, colleague: User) -> None:
    """CNT-4: hour × weekday, weighted with time."""
    store(camera, NINE, 4)
    store(camera, NINE - timedelta(days=7), 8, minutes=range(30))
    heat = chart(colleague, [f"camera-{camera.pk}"], Period.DAY).heat

    assert heat is not None
    assert (heat.end - heat.first).days == 28
    assert heat.hours[2, 9] == pytest.approx(16 / 3)
    assert np.isnan(heat.hours).sum() == 167


def test_what_nobody_counted_is_unknown(camera: Camera, colleague: User) -> None:
    """CNT-6: never a zero."""
    for period in Period:
        found = chart(colleague, [f"camera-{camera.pk}"], period)
        (one,) = found.series
        assert set(one.line.quality()) == {Quality.UNKNOWN}
        assert (one.summary.mean, one.summary.known) == (None, 0)
        assert found.heat is not None
        assert np.isnan(found.heat.hours).all()


def test_a_site_without_cameras_has_a_chart(site: Site, colleague: User) -> None:
    """CNT-4: an empty one."""
    for period in Period:
        assert chart(colleague, [f"site-{site.pk}"], period).series[0].summary.mean is None


@pytest.mark.parametrize("period", list(Period))
@pytest.mark.parametrize("cameras", [1, 20])
def test_queries_do_not_grow_with_cameras(site: Site, colleague: User, cameras: int, period: Period) -> None:
    """CNT-5: three for the places, one for their numbers, one for the week."""
    listed = CameraFactory.create_batch(cameras, site=site, occupancy={"areas": AREAS})
    for camera in listed:
        store(camera, NINE, 4, 5)
    keys = [f"site-{site.pk}", f"camera-{listed[0].pk}", f"area-{listed[0].pk}-2"]
    with CaptureQueriesContext(connection) as queries:
        chart(colleague, keys, period)

    assert len(queries) == 5


@pytest.mark.parametrize("key", ["site-{site}", "camera-{camera}", "area-{camera}-1"])
def test_a_stranger_finds_no_place(camera: Camera, stranger: User, key: str) -> None:
    """SEC-1."""
    with pytest.raises(Http404):
        places_get(user=stranger, keys=[key.format(site=camera.site_id, camera=camera.pk)])


@pytest.mark.parametrize("key", ["", "site", "area-1", "area-1-5", "camera-x", "camera-1-1", "camera-" + "9" * 40])
def test_a_key_that_is_none_is_named(colleague: User, key: str) -> None:
    """API-1."""
    with pytest.raises(ValidationError, match="is no place; expected is site-3"):
        places_get(user=colleague, keys=[key])


def test_more_places_than_can_be_told_apart_are_refused(colleague: User) -> None:
    """API-1: with both numbers."""
    with pytest.raises(ValidationError, match=f"7 places are given; at most {MOST_PLACES}"):
        places_get(user=colleague, keys=[f"camera-{number}" for number in range(7)])


def test_the_places_of_a_camera_are_its_picture_and_what_is_drawn(camera: Camera, colleague: User) -> None:
    """CNT-4: by the names that they have now."""
    found = camera_places(camera_get(user=colleague, camera_id=camera.pk))

    assert [(place.kind, place.name) for place in found] == [("camera", "Entrance"), ("area", "Door"), ("area", "Desk")]
