"""The page on which cameras are found on the network."""

import html
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from cameras.models import Camera, Role, Site
from cameras.services import discovery_run
from cameras.services.discovery import scan_latest, scan_load, scan_start
from cameras.tasks import discover
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory
from tests.servers.onvif_server import OnvifServer, loopback

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def loopback_is_open(settings, monkeypatch) -> None:
    settings.ALLOWED_NETWORKS = ["127.0.0.0/8"]
    monkeypatch.setattr(discovery_run, "LISTEN_S", 0.3)


@pytest.fixture
def device() -> Iterator[OnvifServer]:
    with OnvifServer(loopback(51), sensors=2) as server:
        yield server


def work(user: User) -> str:
    """What a worker does now; the id of the search."""
    scan = scan_latest(user=user)
    assert scan is not None
    discover(scan.id, scan.turn)
    return scan.id


def found(user: User, *hosts: str) -> str:
    scan_start(user=user, addresses=",".join(hosts))
    return work(user)


def act(client: Client, what: str, scan_id: str, /, **form: object):
    return client.post(reverse(f"camera_scan_{what}", args=[scan_id]), form, **HTMX)


def read(client: Client, user: User, scan_id: str, *hosts: str, password: str = "s3cret") -> str:
    """The part of the page after the streams were read."""
    act(client, "read", scan_id, device=hosts, username="root", password=password)
    work(user)
    return part(client, scan_id)


def part(client: Client, scan_id: str) -> str:
    return html.unescape(client.get(reverse("camera_scan", args=[scan_id]), **HTMX).content.decode())


def test_from_the_form_to_the_cameras(site: Site, owner: User, signed_in, device: OnvifServer) -> None:
    """CAM-3, CAM-10: search, progress, found, read, added; the page leads to the new cameras."""
    client = signed_in(owner)
    begun = client.post(reverse("cameras_find"), {"where": "range", "addresses": device.host})
    scan_id = scan_latest(user=owner).id
    running = part(client, scan_id)
    work(owner)
    listed = part(client, scan_id)
    streams = read(client, owner, scan_id, device.host)
    form = {"device": device.host, f"name-{device.host}": "Gate", "site": site.pk}
    done = act(client, "add", scan_id, **form, **{f"stream-{device.host}-1": "0", f"stream-{device.host}-2": ""})

    assert begun.url == reverse("camera_scan", args=[scan_id])
    assert "hx-trigger" in running
    assert "Waiting for a worker" in running
    assert "hx-trigger" not in listed
    assert ("Gate camera" in listed, "Bremen" in listed, "WV-X4573L" in listed) == (True, True, True)
    assert ("KFX01234" in streams, "1280 × 720 · 5/s · H.264" in streams) == (True, True)
    assert "1 camera added" in done.content.decode()
    camera = Camera.objects.get()
    assert (camera.name, camera.password) == ("Gate · 1", "s3cret")
    assert reverse("camera", args=[camera.pk]) in done.content.decode()


def test_the_page_survives_a_reload(owner: User, signed_in, device: OnvifServer) -> None:
    """CAM-3, UI 1: a running search, and one that has ended, are shown by every later visit."""
    client = signed_in(owner)
    scan = scan_start(user=owner, addresses=device.host)

    assert "hx-trigger" in client.get(reverse("cameras_find")).content.decode()
    work(owner)
    page = client.get(reverse("cameras_find")).content.decode()
    assert "Gate camera" in page
    assert f'value="{device.host}"' in page
    assert reverse("camera_scan_read", args=[scan.id]) in page


def test_what_is_here_already_is_said_and_not_ticked(site: Site, owner: User, signed_in, device: OnvifServer) -> None:
    """CAM-3: by its host, and each sensor by its stream; nobody adds a camera twice without wanting to."""
    CameraFactory(site=site, name="Crane", url=f"rtsp://{device.host}/MediaInput/stream_1/ch_2")
    with OnvifServer(loopback(52)) as other:
        client = signed_in(owner)
        page = part(client, scan_id := found(owner, device.host, other.host))
        page_read = read(client, owner, scan_id, device.host)

    ticked = set(re.findall(r'name="device" value="([^"]+)" checked', page))
    assert ticked == {other.host}
    assert "here already" in page
    assert "Crane" in page
    assert "is “Crane”" in page_read
    assert re.findall(r'<option value="" selected', page_read) == ['<option value="" selected']


def test_two_devices_of_one_name_get_two_names(owner: User, signed_in) -> None:
    """CAM-3: a name is taken once on a site."""
    with OnvifServer(loopback(53)) as one, OnvifServer(loopback(54)) as two:
        client = signed_in(owner)
        page = read(client, owner, found(owner, one.host, two.host), one.host, two.host)

    assert re.findall(r'value="(Gate camera [^"]+)" maxlength', page) == [
        f"Gate camera {one.host}",
        f"Gate camera {two.host}",
    ]


def test_a_failure_says_why_and_what_to_do(owner: User, signed_in, device: OnvifServer) -> None:
    """CAM-3: at the device, without the password."""
    client = signed_in(owner)
    page = read(client, owner, found(owner, device.host), device.host, password="wr0ng")

    assert 'data-reason="wrong_password"' in page
    assert "User name or password is wrong." in page
    assert "wr0ng" not in page


def test_nobody_there_says_what_to_try(owner: User, signed_in) -> None:
    """CAM-3, UI 1: an empty state with the next step."""
    page = part(signed_in(owner), found(owner, loopback(60)))

    assert "No device answered" in page
    assert reverse("camera_add") in page


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({"where": "range", "addresses": ""}, "addresses", "Enter the addresses"),
        ({"where": "range", "addresses": "8.8.8.8"}, "addresses", "public address"),
        ({"where": "range", "addresses": "10.0.0.0/8"}, "addresses", "at most 1024"),
        ({"where": "network", "interface": "eth77"}, "interface", "There is no network “eth77” here."),
    ],
)
def test_a_mistake_is_said_at_its_field(owner: User, signed_in, form: dict[str, str], field: str, said: str) -> None:
    """SPEC 15: what was typed stays, nothing is ordered."""
    answer = signed_in(owner).post(reverse("cameras_find"), form)
    page = html.unescape(answer.content.decode())

    assert answer.status_code == 422
    assert said in re.search(rf'id="{field}-error"[^>]*>([^<]*)<', page)[1]
    assert form.get("addresses", "") in page
    assert scan_latest(user=owner) is None


def test_mistakes_while_adding_keep_what_was_typed(owner: User, signed_in, device: OnvifServer) -> None:
    """SPEC 15: no site, or no device."""
    client = signed_in(owner)
    read(client, owner, scan_id := found(owner, device.host), device.host)

    no_site = act(client, "add", scan_id, device=device.host, **{f"name-{device.host}": "Pier"})
    no_device = act(client, "add", scan_id, site="x")
    nothing_to_read = act(client, "read", scan_id)

    assert (no_site.status_code, no_device.status_code, nothing_to_read.status_code) == (422, 422, 422)
    assert "Choose one of your sites." in no_site.content.decode()
    assert 'value="Pier"' in no_site.content.decode()
    assert "Tick devices to add, and read their streams first." in no_device.content.decode()
    assert "Choose 1 to 64" in nothing_to_read.content.decode()


def test_a_search_is_stopped_by_its_button(owner: User, signed_in, device: OnvifServer) -> None:
    """CAM-3: what was found until then stays."""
    client = signed_in(owner)
    scan = scan_start(user=owner, addresses=f"{device.host},{loopback(70)}")

    act(client, "stop", scan.id)
    work(owner)

    assert "Stopped." in part(client, scan.id)
    assert not scan_load(scan.id).running


def test_a_second_search_waits_for_the_first(owner: User, signed_in) -> None:
    """CAM-3: one at a time."""
    client, form = signed_in(owner), {"where": "range", "addresses": loopback(70)}
    client.post(reverse("cameras_find"), form)

    answer = client.post(reverse("cameras_find"), form)

    assert answer.status_code == 422
    assert "A search of yours is still running" in answer.content.decode()


def test_only_administrators_search(site: Site, owner: User, stranger: User, signed_in) -> None:
    """SEC-1, SEC-4: it makes the portal call addresses; a search of somebody else does not exist."""
    scan_id = found(owner, loopback(70))
    places = [reverse("cameras_find"), reverse("camera_scan", args=[scan_id])]
    acts = [reverse(f"camera_scan_{what}", args=[scan_id]) for what in ("stop", "read", "add")]

    for role in (Role.VIEWER, Role.OPERATOR):
        client = signed_in(MembershipFactory(site=site, role=role).user)
        assert {client.get(one).status_code for one in places} == {403}
        assert {client.post(one).status_code for one in [places[0], *acts]} == {403}
        assert reverse("cameras_find") not in client.get(reverse("cameras")).content.decode()
    other = signed_in(stranger)
    assert [other.get(one).status_code for one in places] == [200, 404]
    assert {other.post(one).status_code for one in acts} == {404}
    assert {signed_in().get(one).status_code for one in places} == {302}
    assert reverse("cameras_find") in signed_in(owner).get(reverse("cameras")).content.decode()


def test_cameras_are_added_to_ones_own_sites_only(owner: User, stranger: User, signed_in, device: OnvifServer) -> None:
    """SEC-1."""
    client, elsewhere = signed_in(owner), Site.objects.get(membership__user=stranger)
    read(client, owner, scan_id := found(owner, device.host), device.host)

    form = {"device": device.host, f"name-{device.host}": "Gate", f"stream-{device.host}-1": "0"}
    answer = act(client, "add", scan_id, **form, site=elsewhere.pk)

    assert "Choose one of your sites." in answer.content.decode()
    assert not Camera.objects.exists()


@pytest.mark.parametrize("cameras", [1, 50])
def test_the_page_asks_the_database_as_often_for_many(
    site: Site, owner: User, signed_in, django_assert_max_num_queries, cameras: int
) -> None:
    """STYLE 10."""
    with OnvifServer(loopback(55)) as one, OnvifServer(loopback(56)) as two:
        for number in range(cameras):
            CameraFactory(site=site, url=f"rtsp://{one.host}/{number}")
        client = signed_in(owner)
        scan_id = found(owner, one.host, two.host)

    with django_assert_max_num_queries(9):
        client.get(reverse("camera_scan", args=[scan_id]))
    with django_assert_max_num_queries(6):
        part(client, scan_id)
