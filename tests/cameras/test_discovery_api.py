"""The search for cameras in the API."""

from collections.abc import Iterator

import pytest

from cameras.models import Camera, Role, Site
from cameras.services import discovery_run
from cameras.services.discovery import scan_latest
from cameras.tasks import discover
from portal.accounts.models import User
from tests.factories import MembershipFactory
from tests.servers.onvif_server import OnvifServer, loopback

SEARCHES = "/api/v1/discoveries/"


@pytest.fixture(autouse=True)
def loopback_is_open(settings, monkeypatch) -> None:
    settings.ALLOWED_NETWORKS = ["127.0.0.0/8"]
    monkeypatch.setattr(discovery_run, "LISTEN_S", 0.3)


@pytest.fixture
def device() -> Iterator[OnvifServer]:
    with OnvifServer(loopback(81), sensors=2) as server:
        yield server


def post(client, place: str, /, **body: object):
    return client.post(place, body, format="json")


def work(user: User) -> None:
    """What a worker does now."""
    scan = scan_latest(user=user)
    assert scan is not None
    discover(scan.id, scan.turn)


def test_a_device_is_found_read_and_added(site: Site, owner: User, api, device: OnvifServer) -> None:
    """CAM-3, CAM-10: step by step, without a page."""
    client = api(owner, "configure")
    begun = post(client, SEARCHES, addresses=device.host)
    place = f"{SEARCHES}{begun.json()['id']}/"
    work(owner)
    found = client.get(place).json()
    post(client, f"{place}read/", hosts=[device.host], username="root", password="s3cret")
    work(owner)
    read = client.get(place)
    chosen = {"host": device.host, "name": "Gate", "streams": {"1": 0, "2": 1}}
    added = post(client, f"{place}add/", site=site.pk, devices=[chosen]).json()

    assert (begun.status_code, begun.json()["phase"], found["phase"]) == (201, "searching", "ready")
    assert [(one["host"], one["name"], one["state"]) for one in found["devices"]] == [
        (device.host, "Gate camera", "found")
    ]
    (shown,) = read.json()["devices"]
    assert (shown["model"], [one["channel"] for one in shown["sensors"]]) == ("WV-X4573L", [1, 2])
    assert shown["sensors"][0]["streams"][0]["url"] == f"rtsp://{device.host}/MediaInput/stream_2/ch_1"
    assert "s3cret" not in read.content.decode()
    assert added == [{"host": device.host, "cameras": added[0]["cameras"], "reason": ""}]
    assert sorted(Camera.objects.values_list("pk", "name")) == list(
        zip(added[0]["cameras"], ["Gate · 1", "Gate · 2"], strict=True)
    )


def test_a_search_is_stopped(owner: User, api) -> None:
    """CAM-3."""
    client = api(owner, "configure")
    place = f"{SEARCHES}{post(client, SEARCHES, addresses=loopback(90)).json()['id']}/"

    assert client.delete(place).status_code == 204
    work(owner)
    assert client.get(place).json()["trouble"] == "stopped"


def test_mistakes_are_named(site: Site, owner: User, api, device: OnvifServer) -> None:
    """API-1: 400 with the place, 409 while another search is running."""
    client = api(owner, "configure")
    public = post(client, SEARCHES, addresses="8.8.8.8").json()
    begun = post(client, SEARCHES, addresses=device.host).json()
    place = f"{SEARCHES}{begun['id']}/"
    second = post(client, SEARCHES, addresses=device.host)
    early = post(client, f"{place}read/", hosts=[device.host])
    work(owner)
    unknown = post(client, f"{place}read/", hosts=["10.0.0.1"]).json()
    channel = {"host": device.host, "name": "Gate", "streams": {"one": 0}}
    wrong = post(client, f"{place}add/", site=site.pk, devices=[channel]).json()
    unread = {"host": device.host, "name": "Gate", "streams": {"1": 0}}

    assert [one["path"] for one in public["errors"]] == ["addresses"]
    assert (second.status_code, second.json()["code"], second.json()["search"]) == (409, "busy", begun["id"])
    assert early.status_code == 409
    assert [one["path"] for one in unknown["errors"]] == ["devices"]
    assert [one["path"] for one in wrong["errors"]] == ["devices[0].streams"]
    assert "Read the streams" in post(client, f"{place}add/", site=site.pk, devices=[unread]).json()[0]["reason"]
    assert not Camera.objects.exists()


@pytest.mark.parametrize(
    ("role", "scope", "statuses"),
    [
        (Role.ADMINISTRATOR, "read", [403, 404]),
        (Role.ADMINISTRATOR, "operate", [403, 404]),
        (Role.OPERATOR, "configure", [403, 403]),
        (Role.VIEWER, "configure", [403, 403]),
    ],
)
def test_only_administrators_with_a_token_for_it(owner: User, api, role: Role, scope: str, statuses: list[int]) -> None:
    """SEC-1, SEC-4, API-4: a search makes the portal call addresses; it is nobody else's to look at."""
    place = f"{SEARCHES}{post(api(owner, 'configure'), SEARCHES, addresses=loopback(90)).json()['id']}/"
    client = api(MembershipFactory(site=Site.objects.get(), role=role).user, scope)

    changes = {post(client, one).status_code for one in (SEARCHES, f"{place}read/", f"{place}add/")}
    assert changes == {403}
    assert [client.delete(place).status_code, client.get(place).status_code] == statuses


def test_a_strangers_search_and_site_do_not_exist(site: Site, owner: User, stranger: User, api, device) -> None:
    """SEC-1: nor can one's own devices be added to another's site."""
    other, mine = api(stranger, "configure"), api(owner, "configure")
    place = f"{SEARCHES}{post(mine, SEARCHES, addresses=device.host).json()['id']}/"
    elsewhere = Site.objects.get(membership__user=stranger)
    chosen = [{"host": device.host, "name": "Gate", "streams": {"1": 0}}]

    assert other.get(place).status_code == 404
    assert other.delete(place).status_code == 404
    assert post(other, f"{place}read/", hosts=[device.host]).status_code == 404
    assert post(other, f"{place}add/", site=elsewhere.pk, devices=chosen).status_code == 404
    assert post(mine, f"{place}add/", site=elsewhere.pk, devices=chosen).status_code == 404
    assert {api().get(place).status_code, api().post(SEARCHES).status_code} == {401}
