"""The table of cameras: what is in it, in which order, what the address narrows it to (UI 3)."""

import re
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, DestinationFactory, MembershipFactory, SiteFactory
from tests.notifications.outbox import queued
from tests.portal.dashboard.live import camera_state, say
from tests.servers.valkey import Valkey


def names(client: Client, query: str = "") -> list[str]:
    page = client.get(f"/cameras/{query}").content.decode()
    return [unescape(one) for one in re.findall(r'data-field="name">([^<]*)<', page)]


def row(page: str, camera: Camera) -> str:
    found = re.search(rf'<tr data-camera="{camera.pk}".*?</tr>', page, re.DOTALL)
    assert found, f"{camera.name} is not in the table"
    return found[0]


def text(html: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]*>", " ", html).split()))


@pytest.fixture
def fleet(site: Site, valkey: Valkey) -> dict[str, Camera]:
    """Four cameras: one online and slow, one online and fast, one offline, one switched off and without extension."""
    made = {
        name: CameraFactory(site=site, name=name, url="rtsp://10.0.0.7/live") for name in ("Basin", "Crane", "Dock")
    }
    made["Elm"] = CameraFactory(site=site, name="Elm", enabled=False, occupancy=False)
    say(valkey, camera_state(made["Basin"], fps=2.0, worker="north-1"))
    say(valkey, camera_state(made["Crane"], fps=4.9, worker="south-1"))
    say(valkey, camera_state(made["Dock"], status="offline", error="10.0.0.7: refused", fps=0.0, worker="east-1"))
    return made


def test_a_row_says_how_a_camera_is(fleet: dict[str, Camera], owner: User, signed_in) -> None:
    """UI 3, CAM-6: picture, name, site, status, rate, extensions, open alarms, worker."""
    AlarmFactory.create_batch(2, camera=fleet["Crane"])
    page = signed_in(owner).get("/cameras/").content.decode()

    crane = row(page, fleet["Crane"])
    assert text(crane) == "Select Crane Crane Harbour Harbour Online 4.9 / 5 Occupancy 2 open alarms south-1 Edit"
    assert f'src="/cameras/{fleet["Crane"].pk}/thumbnail.jpg' in crane
    assert f'href="/alarms/?camera={fleet["Crane"].pk}&amp;state=active"' in crane
    assert 'data-level="bad" title="10.0.0.7: refused">Offline' in row(page, fleet["Dock"])
    assert (
        text(row(page, fleet["Elm"]))
        == "Select Elm Elm simulated Harbour Harbour Switched off – / 5 – 0 open alarms – Edit"
    )


def test_a_camera_of_which_nobody_has_said_anything_waits(site: Site, owner: User, signed_in) -> None:
    """CAM-6: never a state that looks live; one without extension waits for nobody."""
    camera = CameraFactory(site=site, name="New", url="rtsp://10.0.0.7/live")
    bare = CameraFactory(site=site, name="Bare", occupancy=False)

    page = signed_in(owner).get("/cameras/").content.decode()

    waiting = "Harbour Waiting for a worker – / 5 Occupancy 0 open alarms – Edit"
    assert text(row(page, camera)) == f"Select New New Harbour {waiting}"
    assert 'data-level="idle" title="">No extension installed' in row(page, bare)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["Basin", "Crane", "Dock", "Elm"]),
        ("-name", ["Elm", "Dock", "Crane", "Basin"]),
        ("fps", ["Elm", "Dock", "Basin", "Crane"]),
        ("-fps", ["Crane", "Basin", "Dock", "Elm"]),
        ("worker", ["Elm", "Dock", "Basin", "Crane"]),
        ("status", ["Elm", "Dock", "Basin", "Crane"]),
        ("alarms", ["Dock", "Basin", "Crane", "Elm"]),
        ("-alarms", ["Elm", "Crane", "Basin", "Dock"]),
        ("password", ["Basin", "Crane", "Dock", "Elm"]),
    ],
)
def test_it_is_sorted_by_any_column(
    fleet: dict[str, Camera], owner: User, signed_in, sort: str, expected: list[str]
) -> None:
    """UI 1: by what the database knows and by what the workers say; an unknown column sorts by name."""
    AlarmFactory(camera=fleet["Dock"])

    assert names(signed_in(owner), f"?sort={sort}") == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=cr", ["Crane"]),
        ("q=harb+do", ["Dock"]),
        ("status=online", ["Basin", "Crane"]),
        ("status=trouble", ["Dock"]),
        ("status=disabled", ["Elm"]),
        ("extension=occupancy", ["Basin", "Crane", "Dock"]),
        ("extension=none", ["Elm"]),
        ("alarms=open", ["Crane"]),
        ("alarms=open&status=trouble", []),
        ("status=online&sort=-fps&q=a", ["Crane", "Basin"]),
        ("status=nonsense&extension=nonsense", ["Basin", "Crane", "Dock", "Elm"]),
    ],
)
def test_the_address_narrows_it(
    fleet: dict[str, Camera], owner: User, signed_in, query: str, expected: list[str]
) -> None:
    """UI 1: filters in the address, together; what means nothing narrows nothing."""
    AlarmFactory(camera=fleet["Crane"])

    assert names(signed_in(owner), f"?{query}") == expected


def test_an_empty_list_says_why(fleet: dict[str, Camera], owner: User, signed_in) -> None:
    """UI 1: with the way out."""
    page = signed_in(owner).get("/cameras/?q=nowhere").content.decode()

    assert "No camera or site with “nowhere” in its name fits the filters." in page
    assert 'href="/cameras/">Show all cameras' in page


def test_sorted_by_what_workers_say_it_has_pages_too(site: Site, owner: User, signed_in, valkey: Valkey) -> None:
    """UI 1: the second page goes on where the first one ended; the filters stay in the address."""
    cameras = CameraFactory.create_batch(103, site=site)
    for place, camera in enumerate(cameras):
        say(valkey, camera_state(camera, fps=float(place)))
    client = signed_in(owner)

    first, second = names(client, "?sort=-fps"), names(client, "?sort=-fps&page=2")

    assert [*first, *second] == [camera.name for camera in reversed(cameras)]
    assert len(second) == 3
    assert "?sort=-fps&amp;page=2" in client.get("/cameras/?sort=-fps").content.decode()


def test_the_key_value_server_away_costs_only_what_is_live(fleet, owner: User, signed_in, settings) -> None:
    """SPEC 15: sorted by the rate, everything is there, and the page says that nothing of it is live."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    page = signed_in(owner).get("/cameras/?sort=fps").content.decode()

    assert "Crane" in page
    assert "Waiting for a worker" in text(row(page, fleet["Crane"]))


def test_sensors_of_a_device_stand_together(site: Site, owner: User, signed_in) -> None:
    """CAM-10: under its name, whatever lies between them; equal names on other hosts or sites are no device."""
    for channel in (2, 1):
        CameraFactory(site=site, name=f"Dome · {channel}", url=f"rtsp://10.0.0.9/ch{channel}")
    CameraFactory(site=site, name="Dome · 1 spare", url="rtsp://10.0.0.9/x")
    for host in (5, 6):
        CameraFactory(site=site, name=f"Gate · {host - 4}", url=f"rtsp://10.0.0.{host}/live")

    page = signed_in(owner).get("/cameras/").content.decode()

    assert re.findall(r'scope="rowgroup".*?</svg>([^<]*)<span[^>]*>([^<]*)<', page) == [
        ("Dome ", "Harbour · 2 sensors")
    ]
    assert names(signed_in(owner)) == ["Dome · 1", "Dome · 2", "Dome · 1 spare", "Gate · 1", "Gate · 2"]
    assert page.count("data-sensor") == 2


def test_only_cameras_of_ones_own_sites_can_be_ticked(fleet, owner: User, signed_in) -> None:
    """SEC-1: a viewer of another site sees its cameras, without a box and without Edit; viewers only have no bar."""
    other = CameraFactory(site=MembershipFactory(user=owner, role=Role.VIEWER).site, name="Foreign")
    page = signed_in(owner).get("/cameras/").content.decode()
    viewer = signed_in(MembershipFactory(site=other.site, role=Role.OPERATOR).user).get("/cameras/").content.decode()

    assert 'name="camera"' not in row(page, other)
    assert "Edit" not in row(page, other)
    assert page.count('name="camera"') == 4
    assert 'id="bulk"' in page
    assert 'id="bulk"' not in viewer
    assert "data-camera" in viewer


def test_the_bar_carries_the_filters(fleet, owner: User, signed_in) -> None:
    """UI 1: so that all that fit can be meant, beyond the page."""
    page = signed_in(owner).get(f"/cameras/?q=a&status=online&site={fleet['Crane'].site_id}").content.decode()

    bar = page[page.index('id="bulk"') :]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', bar[: bar.index("</form>")]))
    assert hidden == {"site": str(fleet["Crane"].site_id), "q": "a", "status": "online", "sort": "name"}


@pytest.mark.parametrize(("cameras", "query"), [(1, ""), (60, ""), (1, "?sort=fps"), (60, "?sort=fps")])
def test_the_number_of_queries_is_constant(
    *, cameras: int, query: str, site: Site, owner: User, signed_in, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Issue 4, at most 15: session, user, sites; count (or all ids), cameras, extensions; alarms; rights; badge."""
    for camera in CameraFactory.create_batch(cameras, site=site):
        AlarmFactory(camera=camera)
    client = signed_in(owner)

    with django_assert_num_queries(9):
        client.get(f"/cameras/{query}")


def test_a_thousand_cameras_take_no_more_queries(
    owner: User, site: Site, signed_in, django_assert_max_num_queries
) -> None:
    """Issue 4: at most 15 with 1,000 cameras, sites and filters; the time is measured by the bench."""
    places = [site, *(MembershipFactory(user=owner, site=SiteFactory()).site for _ in range(9))]
    made = [Camera(site=places[n % 10], name=f"Camera {n}", url="rtsp://10.0.0.7/live") for n in range(1000)]
    Camera.objects.bulk_create(made)
    client = signed_in(owner)

    for query in ("", "?sort=-fps&status=trouble", "?q=camera&sort=alarms"):
        with django_assert_max_num_queries(15):
            assert len(names(client, query)) == 100


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/cameras/?sort=name", "ascending"),
        ("/cameras/?sort=-fps", "descending"),
        ("/cameras/?sort=alarms", "descending"),
        ("/cameras/?sort=-alarms", "ascending"),
        ("/deliveries/?sort=waiting", "descending"),
        ("/deliveries/?sort=-last", "ascending"),
        ("/deliveries/?sort=name", "ascending"),
        ("/deliveries/log/?sort=-took", "ascending"),
    ],
)
def test_a_column_says_to_those_who_do_not_see_which_way_it_is_sorted(
    address: str, said: str, site: Site, owner: User, signed_in
) -> None:
    """RUN-7: WCAG 1.3.1; numbers of which the most come first are descending, though nothing is turned round."""
    queued(DestinationFactory(site=site))

    assert re.findall(r'aria-sort="(\w+)"', signed_in(owner).get(address).content.decode()) == [said]
