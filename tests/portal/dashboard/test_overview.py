"""The overview: what it shows of whose sites, live or not."""

import json
import re
import time
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cameras.models import Camera, Site
from portal.accounts.models import User
from portal.dashboard.board import CARDS
from tests.factories import AlarmFactory, CameraFactory, SiteFactory, UserFactory
from tests.portal.dashboard.live import area_state, camera_state, say
from tests.servers.valkey import Valkey

SETTINGS = {"areas": [{"number": 1, "name": "Quayside", "status": True, "polygon": [[0, 0], [1, 0], [1, 1]]}]}


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Crane", url="clip:crane.mp4", occupancy=SETTINGS)


def figures_of(client: Client, path: str = "/") -> dict[str, str]:
    """Figure -> its number, out of the page."""
    page = client.get(path).content.decode()
    found = re.findall(r'data-figure="(\w+)".*?data-field="value">([^<]*)<', page, re.DOTALL)
    return dict(found)


def test_areas_are_shown_with_their_names_and_how_full_they_are(
    camera: Camera, colleague: User, signed_in, valkey: Valkey
) -> None:
    """DASH-1: name, camera, count against threshold."""
    say(valkey, camera_state(camera, area_state(name="Quayside", count=9, threshold=12, alarm=True)))

    page = signed_in(colleague).get("/").content.decode()

    row = re.search(r'<li class="area-row".*?</li>', page, re.DOTALL)
    assert row
    text = " ".join(re.sub(r"<[^>]*>", " ", row[0]).split())
    assert text.startswith("1 Quayside Crane")
    assert "Alarm! 9 / 12" in text
    assert '<rect width="75"' in row[0]


def test_the_strip_adds_up_what_is_known(site: Site, camera: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """CNT-6: the last count of a camera that is gone is in no sum."""
    gone = CameraFactory(site=site, name="Gate")
    say(valkey, camera_state(camera, area_state(count=12, threshold=12), count=14, fps=4.8))
    say(valkey, camera_state(gone, area_state(count=40), count=40, status="offline", last_frame_at=1.0))
    AlarmFactory(camera=camera)
    AlarmFactory(camera=camera, ended_at="2026-01-01T00:00:00Z")

    assert figures_of(signed_in(owner)) == {"online": "1", "over": "1", "open": "1", "people": "14", "fps": "4.8"}


def test_vehicles_are_not_counted_as_people(site: Site, owner: User, signed_in, valkey: Valkey) -> None:
    """DASH-1, CNT-6: people now are people; where none of the cameras counts any, nobody knows."""
    lane = CameraFactory(site=site, occupancy={"objects": ["vehicle"]})
    say(valkey, camera_state(lane, area_state(), count=6))

    assert figures_of(signed_in(owner))["people"] == "–"


@pytest.mark.parametrize(("last_frame_at", "shown"), [(time.time, "0"), (lambda: time.time() - 31, "–")])
def test_a_site_that_nobody_sees_is_not_empty(
    last_frame_at: Callable[[], float], shown: str, camera: Camera, owner: User, *, signed_in, valkey: Valkey
) -> None:
    """CNT-6: nobody there is a zero, nobody looking is none; on the strip, the card, and the page of the site."""
    say(valkey, camera_state(camera, area_state(count=0), count=0, last_frame_at=last_frame_at()))
    client = signed_in(owner)

    card = re.search(r'data-field="people">([^<]*)<', client.get("/").content.decode())
    assert card
    assert card[1] == shown
    for path in ("/", f"/sites/{camera.site_id}/"):
        figures = figures_of(client, path)
        assert (figures["people"], figures["over"]) == (shown, shown)


def test_a_simulated_camera_says_so(site: Site, owner: User, signed_in, valkey: Valkey) -> None:
    """RUN-1: on its row, and beside every sum that it is part of."""
    scene = CameraFactory(site=site, url="scene:?people=3")
    say(valkey, camera_state(scene, area_state()))

    page = signed_in(owner).get("/").content.decode()

    assert "simulated ones included" in page
    assert re.search(r'<li class="area-row".*?data-field="simulated">simulated', page, re.DOTALL)


def test_a_stranger_sees_nothing_of_the_site(camera: Camera, stranger: User, signed_in, valkey: Valkey) -> None:
    """SEC-1: no name, no count, no alarm."""
    say(valkey, camera_state(camera, area_state(count=12, threshold=12), count=14))
    AlarmFactory(camera=camera)
    client = signed_in(stranger)

    page = client.get("/").content.decode()

    assert not any(word in page for word in ("Harbour", "Crane", "Quayside"))
    assert figures_of(client) == {"online": "0", "over": "–", "open": "0", "people": "–", "fps": "0.0"}


def test_the_site_of_the_address_narrows_the_page(camera: Camera, signed_in) -> None:
    """OPR-4: the switch is in the address; the portal administrator sees every site without it."""
    elsewhere = CameraFactory(name="Far away")
    client = signed_in(UserFactory(is_superuser=True))

    assert figures_of(client)["online"] == "0"
    assert "Far away" in client.get("/").content.decode()
    assert "Far away" not in client.get(f"/?site={camera.site_id}").content.decode()
    assert elsewhere.site.name in client.get(f"/?site={camera.site_id}").content.decode()  # in the switch


@pytest.mark.parametrize("query", ["?site=999999", "?site=x"])
def test_a_site_that_is_not_yours_is_not_found(query: str, site: Site, owner: User, signed_in) -> None:
    """SEC-1: as one that does not exist."""
    assert signed_in(owner).get(f"/{query}").status_code == 404


def test_a_strangers_site_is_not_found(site: Site, stranger: User, signed_in) -> None:
    """SEC-1."""
    assert signed_in(stranger).get(f"/?site={site.pk}").status_code == 404


def test_the_scripts_are_told_of_each_camera_and_no_secret(camera: Camera, owner: User, signed_in) -> None:
    """CAM-1: names and addresses of pages; nothing that leads to the camera itself."""
    page = signed_in(owner).get("/").content.decode()

    block = re.search(r'<site-board>\s*<script type="application/json">(.*?)</script>', page, re.DOTALL)
    assert block
    assert json.loads(block[1]) == [
        {
            "id": camera.pk,
            "site": camera.site_id,
            "name": "Crane",
            "url": f"/cameras/{camera.pk}/",
            "people": True,
            "enabled": True,
            "simulated": False,
        }
    ]


def test_without_the_key_value_server_the_page_comes_and_says_what_is_missing(
    camera: Camera, owner: User, signed_in, valkey: Valkey, settings
) -> None:
    """SPEC 15: a clear status instead of an error."""
    settings.REDIS_URL = "redis://127.0.0.1:9/0"  # the discard port: nobody listens

    answer = signed_in(owner).get("/")

    assert answer.status_code == 200
    assert "The key-value server does not answer" in answer.content.decode()


def test_of_very_many_sites_the_worst_are_shown_until_somebody_asks_for_all(signed_in, valkey: Valkey) -> None:
    """DASH-1: open alarms first, then cameras offline, then the fullest area; the strip adds up all of them."""
    sites = SiteFactory.create_batch(CARDS + 3)
    full, dark, loud = (CameraFactory(site=site, occupancy=SETTINGS) for site in sites[-3:])
    AlarmFactory(camera=loud)
    say(valkey, camera_state(full, area_state(count=9, threshold=10), count=9))
    say(valkey, camera_state(dark, area_state(count=0), count=0, status="offline"))
    say(valkey, camera_state(loud, area_state(count=0), count=0))
    client = signed_in(UserFactory(is_superuser=True))

    page = client.get("/").content.decode()

    shown = re.findall(r'data-site-card="(\d+)"', page)
    quiet = sorted(sites[:-3], key=lambda site: site.name)
    assert shown == [str(one.site_id) for one in (loud, dark, full)] + [str(one.pk) for one in quiet[: CARDS - 3]]
    assert f"{CARDS} of {CARDS + 3} sites" in page
    assert figures_of(client)["people"] == "9"
    assert len(re.findall(r"data-site-card", client.get("/?all=1").content.decode())) == CARDS + 3


@pytest.mark.parametrize("cameras", [1, 50])
def test_the_number_of_queries_does_not_depend_on_the_number_of_cameras(
    cameras: int, site: Site, owner: User, signed_in, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """STYLE 10: session, user, sites, those to edit; cameras, extensions; open alarms for cards and badge."""
    CameraFactory.create_batch(cameras, site=site)
    client = signed_in(owner)

    with django_assert_num_queries(8):
        client.get("/")
