"""The page of a site (DASH-2)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from analytics.models import CountMinute
from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from portal.dashboard.curve import HEIGHT, curve
from tests.factories import CameraFactory, MembershipFactory
from tests.states import area_state, state_write

pytestmark = pytest.mark.usefixtures("valkey")


def areas(*names: str, threshold: int = 10) -> dict[str, object]:
    square = [[0, 0], [1, 0], [1, 1]]
    facts = {"status": True, "polygon": square, "count_threshold": threshold}
    return {"areas": [{"number": place, "name": name, **facts} for place, name in enumerate(names, start=1)]}


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Hall", url="clip:hall.mp4", occupancy=areas("Desk", "Shelves", "Stairs"))


def minute(camera: Camera, area: int, ago_minutes: int, mean: float) -> None:
    at = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=ago_minutes)
    CountMinute.objects.create(
        camera=camera, area_number=area, minute=at, minimum=mean, maximum=mean, mean=mean, last=mean
    )


def lines(page: str) -> list[tuple[str, str]]:
    """Name and count of every area, in their order on the page."""
    names = re.findall(r'data-field="area">([^<]*)<', page)
    return list(zip(names, re.findall(r'<strong data-field="count">([^<]*)<', page), strict=True))


def page_of(client, site: Site) -> str:
    answer = client.get(reverse("site", args=[site.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_fullest_area_comes_first(site: Site, camera: Camera, owner: User, signed_in) -> None:
    """DASH-2: by count against threshold, those in alarm on top, those that nobody knows at the end."""
    states = [area_state(number=1, count=2), area_state(number=2, count=1, alarm=True), area_state(number=3, count=4)]
    state_write(camera, areas=states)
    CameraFactory(site=site, name="Yard", occupancy=areas("Gate"))

    found = lines(page_of(signed_in(owner), site))

    assert found == [("Shelves", "1"), ("Stairs", "4"), ("Desk", "2"), ("Gate", "–")]


def test_each_area_shows_its_last_hour_and_gaps_stay_gaps(site: Site, camera: Camera, owner: User, signed_in) -> None:
    """DASH-2, CNT-6: a sparkline of minute means; a minute that nobody counted is not drawn as a zero."""
    for ago, mean in ((50, 5), (49, 10), (3, 0)):
        minute(camera, 1, ago, mean)
    minute(camera, 1, 61, 10)

    drawn = re.findall(r'class="spark__line" d="([^"]*)"', page_of(signed_in(owner), site))

    assert drawn[0] == "M9.5 50.0L10.5 0.0 M56.0 100.0L57.0 100.0"
    assert drawn[1] == drawn[2] == ""


def test_the_day_adds_up_the_cameras_that_count_people(site: Site, camera: Camera, owner: User, signed_in) -> None:
    """DASH-2: capacity, the most of today; vehicles are no people."""
    other = CameraFactory(site=site, occupancy=areas("Gate"))
    lane = CameraFactory(site=site, occupancy={"objects": ["vehicle"]})
    for one, mean in ((camera, 7), (other, 5), (lane, 30)):
        minute(one, 0, 0, mean)

    page = page_of(signed_in(owner), site)

    assert "at most 12" in page
    assert "somebody in two pictures is counted twice" in page


def test_a_very_large_site_shows_what_needs_a_look(
    site: Site, owner: User, signed_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DASH-2: the first areas and the cameras in alarm or without a picture; all of them when somebody asks."""
    monkeypatch.setattr("portal.dashboard.site_page.TILES", 2)
    monkeypatch.setattr("portal.dashboard.views.site.LINES", 2)
    quiet, dark, full, loud = (CameraFactory(site=site, name=name, occupancy=areas(name)) for name in "ABCD")
    state_write(quiet, areas=[area_state(number=1, name="A", count=0)])
    state_write(full, areas=[area_state(number=1, name="C", count=9)])
    state_write(loud, areas=[area_state(number=1, name="D", count=1, alarm=True)])
    client = signed_in(owner)

    page = page_of(client, site)

    assert lines(page) == [("D", "1"), ("C", "9")]
    assert "2 of 4 areas" in page
    assert re.findall(r'data-tile="(\d+)"', page) == [str(loud.pk), str(dark.pk)]
    assert "2 of 4 cameras" in page
    everything = client.get(reverse("site", args=[site.pk]) + "?all=1").content.decode()
    assert [name for name, _ in lines(everything)] == ["D", "C", "A", "B"]
    assert "of 4 areas" not in everything


def test_a_site_of_others_is_not_there(site: Site, camera: Camera, stranger: User, signed_in) -> None:
    """SEC-1."""
    assert signed_in(stranger).get(reverse("site", args=[site.pk])).status_code == 404


def test_what_only_administrators_do_is_offered_to_them_only(site: Site, signed_in) -> None:
    """SEC-1."""
    operator = MembershipFactory(site=site, role=Role.OPERATOR).user
    chief = MembershipFactory(site=site, role=Role.ADMINISTRATOR).user
    edit = reverse("site_edit", args=[site.pk])

    assert edit not in page_of(signed_in(operator), site)
    assert edit in page_of(signed_in(chief), site)


def test_the_page_comes_while_the_key_value_server_is_away(
    site: Site, camera: Camera, owner: User, signed_in, settings
) -> None:
    """SPEC 15, CNT-6: names without counts."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert lines(page_of(signed_in(owner), site)) == [("Desk", "–"), ("Shelves", "–"), ("Stairs", "–")]


def test_more_cameras_cost_no_more_queries(
    site: Site, camera: Camera, owner: User, signed_in, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """DASH-2."""
    for _ in range(20):
        CameraFactory(site=site)
    client = signed_in(owner)
    with django_assert_max_num_queries(13):
        page_of(client, site)


@settings(deadline=None)
@given(st.dictionaries(st.integers(0, 59), st.floats(0, 80)), st.floats(1, 40))
def test_a_curve_stays_in_its_frame_and_draws_what_is_known(values: dict[int, float], top: float) -> None:
    """DASH-2: however the values lie."""
    drawn = curve(values, 60, top)
    points = [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", drawn.line)]

    assert all(0 <= x <= 60 and 0 <= y <= HEIGHT for x, y in points)
    assert len(points) >= len(values)
    assert bool(drawn.line) == bool(values)
