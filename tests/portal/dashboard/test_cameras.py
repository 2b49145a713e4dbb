"""The camera page, and what it shares with the list of cameras."""

import html
import json
import re

import pytest
from pytest_django import DjangoAssertNumQueries

from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory
from tests.portal.dashboard.live import area_state, camera_state, say
from tests.servers.valkey import Valkey


@pytest.fixture
def camera(site: Site) -> Camera:
    """With an area that is Off, and thresholds of its own for black-and-white."""
    areas = [
        {"number": 1, "name": "Quayside", "polygon": [[0, 0], [1, 0], [1, 1]], "count_threshold": 7, "time_s": 2.5},
        {"number": 2, "name": "Shed", "status": False, "polygon": [[0, 0], [1, 0], [1, 1]], "objects": ["vehicle"]},
    ]
    return CameraFactory(
        site=site,
        name="Crane",
        url="rtsp://10.0.0.7/live",
        username="root",
        password="s3cret",
        occupancy={"areas": areas},
    )


def attribute(page: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', page)
    assert found, f"the page has no {name}"
    return html.unescape(found[1])


def test_the_page_has_a_card_for_each_area(camera: Camera, colleague: User, signed_in) -> None:
    """DEMO-3: name, threshold and time of each, also of one that is Off; nothing looks live before it is."""
    page = signed_in(colleague).get(f"/cameras/{camera.pk}/").content.decode()

    cards = re.findall(r"<area-card.*?</area-card>", page, re.DOTALL)
    texts = [" ".join(re.sub(r"<[^>]*>", " ", card).split()) for card in cards]
    assert texts[0].startswith("1 Quayside")
    assert "Count – / 7" in texts[0]
    assert "Time – / 2.5 s" in texts[0]
    assert [attribute(card, "data-state") for card in cards] == ["unknown", "off"]


def test_the_scripts_get_the_saved_thresholds_and_what_each_area_counts(camera: Camera, owner: User, signed_in) -> None:
    """DEMO-4, OCC-26: in colour and in black-and-white; kinds by area."""
    page = signed_in(owner).get(f"/cameras/{camera.pk}/").content.decode()

    objects = {"vehicle": 25, "bicycle": 25}
    assert json.loads(attribute(page, "data-thresholds")) == {
        "colour": {"head": 30, "body": 25, **objects},
        "bw": {"head": 40, "body": 30, **objects},
    }
    assert json.loads(attribute(page, "data-kinds")) == {"1": ["human"], "2": ["vehicle"]}
    assert attribute(page, "data-socket") == f"/ws/cameras/{camera.pk}/live/"


def test_neither_page_shows_how_to_reach_the_camera(camera: Camera, owner: User, signed_in) -> None:
    """CAM-1: no user name, no password, not even the address."""
    client = signed_in(owner)

    for path in ("/cameras/", f"/cameras/{camera.pk}/"):
        page = client.get(path).content.decode()
        assert not any(secret in page for secret in ("s3cret", "root", "10.0.0.7"))


def test_a_stranger_gets_a_404(camera: Camera, stranger: User, signed_in) -> None:
    """SEC-1: and the list does not know the camera."""
    client = signed_in(stranger)

    assert client.get(f"/cameras/{camera.pk}/").status_code == 404
    assert "Crane" not in client.get("/cameras/").content.decode()


def test_a_visitor_is_sent_to_sign_in_and_back(camera: Camera, signed_in) -> None:
    """SEC-2."""
    answer = signed_in().get(f"/cameras/{camera.pk}/")

    assert answer.status_code == 302
    assert answer.url == f"/sign-in/?next=/cameras/{camera.pk}/"


def test_a_camera_without_signal_says_why(camera: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """CAM-6: with the first paint, before any script runs."""
    say(valkey, camera_state(camera, area_state(), status="offline", error="10.0.0.7: refused", count=None))

    page = signed_in(owner).get(f"/cameras/{camera.pk}/").content.decode()

    assert 'data-level="bad">Offline' in page
    assert "10.0.0.7: refused" in page


def test_the_arrows_lead_through_the_site(camera: Camera, site: Site, owner: User, signed_in) -> None:
    """UI 3: by name; no arrow leads out of the site."""
    before, after = CameraFactory(site=site, name="Basin"), CameraFactory(site=site, name="Dock")
    CameraFactory(name="Coast")

    page = signed_in(owner).get(f"/cameras/{camera.pk}/").content.decode()
    last = signed_in(owner).get(f"/cameras/{after.pk}/").content.decode()

    assert f'href="/cameras/{before.pk}/" data-go="previous"' in page
    assert f'href="/cameras/{after.pk}/" data-go="next"' in page
    assert 'data-go="next"' not in last


def test_a_camera_without_any_extension_says_so(site: Site, owner: User, signed_in) -> None:
    """EXT-1."""
    bare = CameraFactory(site=site, occupancy=False)

    assert "no extension is installed" in signed_in(owner).get(f"/cameras/{bare.pk}/").content.decode()


def test_a_simulated_camera_is_marked_on_both_pages(site: Site, owner: User, signed_in) -> None:
    """RUN-1."""
    scene = CameraFactory(site=site, url="scene:?people=3")
    client = signed_in(owner)

    for path in ("/cameras/", f"/cameras/{scene.pk}/"):
        assert 'data-field="simulated">simulated' in client.get(path).content.decode()


def test_open_alarms_of_the_camera_are_on_its_page(camera: Camera, owner: User, signed_in) -> None:
    """OPR-4: with the way to the list of exactly those."""
    AlarmFactory.create_batch(2, camera=camera)

    page = signed_in(owner).get(f"/cameras/{camera.pk}/").content.decode()

    assert "2 open alarms" in page
    assert f"/alarms/?camera={camera.pk}&amp;state=active" in page


@pytest.mark.parametrize("cameras", [1, 50])
def test_the_number_of_queries_of_a_camera_is_constant(
    cameras: int, site: Site, owner: User, signed_in, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """STYLE 10: session, user; camera, extensions; role; alarms; neighbours; sites, badge."""
    camera = CameraFactory.create_batch(cameras, site=site)[0]
    client = signed_in(owner)

    with django_assert_num_queries(9):
        client.get(f"/cameras/{camera.pk}/")
