"""People with and without a mask on all cameras of a site, by the API (MASK-9)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cameras.models import Site
from portal.accounts.models import User
from tests.analytics.test_compliance import people
from tests.factories import CameraFactory

NOON = datetime(2026, 5, 1, 10, tzinfo=UTC)  # at 12:00 in Berlin
DAY = {"from": "2026-05-01", "to": "2026-05-01"}


@pytest.fixture
def address(site: Site) -> str:
    """Two cameras at the same hour, one of them an hour later too, and a camera of another site."""
    first, second = (CameraFactory(site=site, nonmask={}) for _ in range(2))
    people(first, NOON, 3, 1)
    people(second, NOON + timedelta(minutes=5), 1, 0, 2)
    people(second, NOON + timedelta(hours=1), 0, 1)
    people(CameraFactory(nonmask={}), NOON, 50, 50)
    return f"/api/v1/sites/{site.pk}/compliance/"


def test_the_cameras_of_a_site_are_added_up(address: str, owner: User, api: Any) -> None:
    """MASK-9: in order of time; an hour that nobody looked at is not there."""
    rows = api(owner).get(address, DAY).json()["results"]

    assert [(one["seen"], one["mask"], one["no_mask"], one["not_judged"], one["share"]) for one in rows] == [
        (7, 4, 1, 2, 80.0),
        (1, 0, 1, 0, 0.0),
    ]
    assert [one["begins"] for one in rows] == ["2026-05-01T10:00:00Z", "2026-05-01T11:00:00Z"]


def test_two_hours_that_the_clock_shows_alike_stay_two(site: Site, owner: User, api: Any) -> None:
    """CNT-2: the night when the clock goes back."""
    camera = CameraFactory(site=site, nonmask={})
    night = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30, and an hour later once more
    people(camera, night, 1)
    people(camera, night + timedelta(hours=1), 2)

    asked = {"from": "2026-10-25", "to": "2026-10-25"}
    rows = api(owner).get(f"/api/v1/sites/{site.pk}/compliance/", asked).json()["results"]

    assert [one["mask"] for one in rows] == [1, 2]


def test_what_does_not_fit_and_who_may_not_see(address: str, owner: User, stranger: User, api: Any) -> None:
    """API-1, SEC-1."""
    assert api(owner).get(address, DAY | {"grain": "year"}).json()["errors"][0]["path"] == "grain"
    assert api(stranger).get(address, DAY).status_code == 404
