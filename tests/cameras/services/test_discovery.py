"""Searching for cameras, as it is ordered, worked on and looked at."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404

from cameras.models import Camera, Extension, Site
from cameras.onboarding.onvif.client import OnvifClient
from cameras.onboarding.onvif.errors import DeviceReason
from cameras.onboarding.scan import SILENT_S, Phase, Scan, State, Trouble
from cameras.services import discovery_run
from cameras.services.discovery import (
    Choice,
    SearchAwayError,
    SearchBusyError,
    cameras_known,
    scan_add,
    scan_claim,
    scan_get,
    scan_latest,
    scan_load,
    scan_read,
    scan_save,
    scan_start,
    scan_stop,
)
from cameras.tasks import discover
from portal.accounts.models import User
from tests.factories import CameraFactory
from tests.servers.onvif_server import OnvifServer, loopback
from tests.servers.valkey import Valkey


@pytest.fixture(autouse=True)
def loopback_is_open(settings, monkeypatch) -> None:
    settings.ALLOWED_NETWORKS = ["127.0.0.0/8"]
    monkeypatch.setattr(discovery_run, "LISTEN_S", 0.3)


@pytest.fixture
def device() -> Iterator[OnvifServer]:
    with OnvifServer(loopback(21), sensors=2) as server:
        yield server


def work(scan: Scan) -> Scan:
    """What a worker does when the message reaches it."""
    discover(scan.id, scan.turn)
    found = scan_load(scan.id)
    assert found is not None
    return found


def searched(user: User, *hosts: str) -> Scan:
    return work(scan_start(user=user, addresses=",".join(hosts)))


def read(user: User, scan: Scan, password: str = "s3cret") -> Scan:
    hosts = [one.host for one in scan.candidates]
    return work(scan_read(user=user, scan_id=scan.id, hosts=hosts, username="root", password=password))


# --- From the search to the camera ------------------------------------------------------------------------------------
def test_a_device_becomes_a_camera_for_each_sensor(site: Site, owner: User, device: OnvifServer) -> None:
    """CAM-3, CAM-10: searched, read, added, with the password it was read with; each sensor has its own settings."""
    scan = read(owner, searched(owner, device.host))
    (candidate,) = scan.candidates
    choice = Choice(device.host, "Gate", {1: 0, 2: 1})
    (added,) = scan_add(user=owner, scan_id=scan.id, site=site, choices=[choice])

    assert (candidate.title, candidate.device.model, candidate.state) == ("Gate camera", "WV-X4573L", State.READ)
    assert [camera.name for camera in added.cameras] == ["Gate · 1", "Gate · 2"]
    stored = list(Camera.objects.order_by("name"))
    assert [(one.url, one.username, one.password) for one in stored] == [
        (f"rtsp://{device.host}/MediaInput/stream_2/ch_1", "root", "s3cret"),
        (f"rtsp://{device.host}/MediaInput/stream_1/ch_2", "root", "s3cret"),
    ]
    assert Extension.objects.count() == 2
    assert [one.mac for one in stored] == ["0080450a0b0c", "0080450a0b0c"]


def test_a_device_that_is_there_already_keeps_its_address(site: Site, owner: User, device: OnvifServer) -> None:
    """WIRE 1: added a second time it comes in, and only the first one sends under the address of the device."""
    CameraFactory(site=site, mac="0080450a0b0c")
    scan = read(owner, searched(owner, device.host))
    (added,) = scan_add(user=owner, scan_id=scan.id, site=site, choices=[Choice(device.host, "Gate", {1: 0})])

    assert [camera.mac for camera in added.cameras] == [""]


def test_a_device_with_one_sensor_keeps_its_plain_name(site: Site, owner: User) -> None:
    """CAM-10."""
    with OnvifServer(loopback(22)) as one:
        scan = read(owner, searched(owner, one.host))
    scan_add(user=owner, scan_id=scan.id, site=site, choices=[Choice(one.host, "Gate", {1: 0})])

    assert Camera.objects.get().name == "Gate"


def test_a_device_is_added_as_a_whole_or_not_at_all(site: Site, owner: User, device: OnvifServer) -> None:
    """CAM-10, SPEC 15: a name that is taken; the other device comes in all the same."""
    CameraFactory(site=site, name="Gate · 2")
    with OnvifServer(loopback(22)) as other:
        scan = read(owner, searched(owner, device.host, other.host))
    choices = [Choice(device.host, "Gate", {1: 0, 2: 0}), Choice(other.host, "Pier", {1: 0})]

    failed, done = scan_add(user=owner, scan_id=scan.id, site=site, choices=choices)

    assert (failed.cameras, done.reason) == ((), "")
    assert failed.reason
    assert sorted(Camera.objects.values_list("name", flat=True)) == ["Gate · 2", "Pier"]


@pytest.mark.parametrize("streams", [{}, {1: 2}, {3: 0}, {1: -1}])
def test_only_streams_that_were_read_are_added(
    site: Site, owner: User, device: OnvifServer, streams: dict[int, int]
) -> None:
    """SEC-4: a form cannot name an address."""
    scan = read(owner, searched(owner, device.host))

    (added,) = scan_add(user=owner, scan_id=scan.id, site=site, choices=[Choice(device.host, "Gate", streams)])
    (unknown,) = scan_add(user=owner, scan_id=scan.id, site=site, choices=[Choice("10.0.0.1", "Gate", {1: 0})])

    assert "Read the streams" in added.reason
    assert "Read the streams" in unknown.reason
    assert not Camera.objects.exists()


# --- Reading ----------------------------------------------------------------------------------------------------------
def test_a_wrong_password_is_said_and_can_be_put_right(owner: User, device: OnvifServer) -> None:
    """CAM-3: for each device by itself."""
    with OnvifServer(loopback(22), password="0ther") as other:
        first = read(owner, searched(owner, device.host, other.host))
        retried = scan_read(user=owner, scan_id=first.id, hosts=[other.host], username="root", password="0ther")
        second = work(retried)

    states = {one.host: (one.state, one.reason) for one in first.candidates}
    assert states == {
        device.host: (State.READ, None),
        other.host: (State.FAILED, DeviceReason.WRONG_PASSWORD),
    }
    assert {one.state for one in second.candidates} == {State.READ}
    assert (second.done, second.of) == (1, 1)


def test_the_password_lies_nowhere_in_the_open(owner: User, device: OnvifServer, valkey: Valkey) -> None:
    """CAM-1: neither in what is kept nor in the message to the worker."""
    scan = read(owner, searched(owner, device.host))

    with valkey.client() as client:
        kept = b" ".join(
            b" ".join(client.lrange(key, 0, -1)) if client.type(key) == b"list" else client.get(key) or b""
            for key in client.keys("*")
            if client.type(key) in (b"list", b"string")
        )
    assert scan.id.encode() in kept
    assert b"s3cret" not in kept
    assert "s3cret" not in repr(scan)
    assert scan.candidates[0].access not in repr(scan)


def test_only_devices_that_were_found_are_read(owner: User, device: OnvifServer) -> None:
    """SEC-4: no other address, and at least one."""
    scan = searched(owner, device.host)

    for hosts in ([], ["10.0.0.1"]):
        with pytest.raises(ValidationError, match="Choose 1 to 64"):
            scan_read(user=owner, scan_id=scan.id, hosts=hosts)
    assert device.requests == []


# --- The search as it goes on -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"addresses": "8.8.8.8"}, "addresses"),
        ({"addresses": "10.0.0.0/8"}, "addresses"),
        ({"addresses": "nonsense"}, "addresses"),
        ({"interface": "eth77"}, "interface"),
    ],
)
def test_what_cannot_be_searched_is_refused(owner: User, facts: dict[str, str], field: str) -> None:
    """CAM-3, SEC-4: at its field, and nothing is ordered."""
    with pytest.raises(ValidationError) as caught:
        scan_start(user=owner, **facts)

    assert set(caught.value.message_dict) == {field}
    assert scan_latest(user=owner) is None


def test_a_network_is_searched_by_its_name(owner: User) -> None:
    """CAM-3: of the worker; one that only the web server has is said."""
    lo = work(scan_start(user=owner, interface="lo"))
    away = replace(scan_start(user=owner), interface="eth77")
    scan_save(away)

    assert (lo.phase, lo.trouble) == (Phase.READY, Trouble.NONE)
    assert work(away).trouble is Trouble.NO_INTERFACE


def test_one_search_at_a_time(owner: User, stranger: User) -> None:
    """CAM-3: of one person; others have their own."""
    first = scan_start(user=owner, addresses=loopback(30))
    with pytest.raises(SearchBusyError) as caught:
        scan_start(user=owner, addresses=loopback(31))
    scan_start(user=stranger, addresses=loopback(31))

    assert caught.value.facts == {"search": first.id}
    work(first)
    assert scan_start(user=owner, addresses=loopback(31)).running


def test_a_turn_is_done_once(owner: User, device: OnvifServer) -> None:
    """CAM-3: a message that comes twice, or for an earlier turn, changes nothing."""
    scan = searched(owner, device.host)
    asked = len(device.probes)
    reading = scan_read(user=owner, scan_id=scan.id, hosts=[device.host], username="root", password="s3cret")

    discover(scan.id, scan.turn)
    work(reading)
    requests = len(device.requests)
    discover(reading.id, reading.turn)
    discover("none", 1)

    assert (len(device.probes), len(device.requests)) == (asked, requests)


def test_a_turn_that_somebody_has_begun_is_left_alone(owner: User, device: OnvifServer) -> None:
    """CAM-3: two workers that were given the same message."""
    scan = scan_start(user=owner, addresses=device.host)
    assert scan_claim(scan)

    discover(scan.id, scan.turn)

    assert device.probes == []


def test_a_search_can_be_stopped(owner: User, device: OnvifServer) -> None:
    """CAM-3: before a worker took it, and then begun anew."""
    scan = scan_start(user=owner, addresses=f"{device.host},{loopback(40)}-49")
    scan_stop(user=owner, scan_id=scan.id)

    assert (work(scan).phase, work(scan).trouble) == (Phase.READY, Trouble.STOPPED)
    assert searched(owner, device.host).trouble is Trouble.NONE


def test_reading_can_be_stopped(owner: User, device: OnvifServer, monkeypatch) -> None:
    """CAM-3: what was not read yet can be chosen again."""
    scan = searched(owner, device.host)
    monkeypatch.setattr(discovery_run, "SAY_EVERY_S", 0)
    monkeypatch.setattr(discovery_run, "OnvifClient", partial(OnvifClient, read_s=0.5))
    scan = scan_read(user=owner, scan_id=scan.id, hosts=[device.host], username="root", password="s3cret")
    device.mode = "silent"
    scan_stop(user=owner, scan_id=scan.id)

    ended = work(scan)
    assert (ended.phase, ended.trouble) == (Phase.READY, Trouble.STOPPED)
    assert State.WAITING not in {one.state for one in ended.candidates}


def test_a_search_that_nobody_works_on_says_so(owner: User) -> None:
    """CAM-3, SPEC 15: its worker died; the next search is not kept waiting."""
    scan = scan_start(user=owner, addresses=loopback(30))
    assert scan_get(user=owner, scan_id=scan.id).running

    cache.set(f"discovery:{scan.id}", replace(scan, changed_at=time.time() - SILENT_S - 1).to_json())

    seen = scan_get(user=owner, scan_id=scan.id)
    assert (seen.phase, seen.trouble) == (Phase.READY, Trouble.BROKE_OFF)
    assert scan_start(user=owner, addresses=loopback(30)).id != scan.id


def test_a_search_belongs_to_who_ordered_it(owner: User, stranger: User) -> None:
    """SEC-1: not even an administrator of another site learns what is on this network."""
    scan = scan_start(user=owner, addresses=loopback(30))

    for act in (scan_get, scan_stop):
        with pytest.raises(Http404):
            act(user=stranger, scan_id=scan.id)
    with pytest.raises(Http404):
        scan_read(user=stranger, scan_id=scan.id, hosts=[loopback(30)])


def test_without_the_key_value_server_a_search_is_refused_in_words(owner: User, valkey: Valkey) -> None:
    """SPEC 15."""
    valkey.stop()
    try:
        with pytest.raises(SearchAwayError, match="key-value server is away"):
            scan_start(user=owner, addresses=loopback(30))
    finally:
        valkey.start()


def test_a_search_survives_being_written_down(owner: User, device: OnvifServer) -> None:
    """CAM-3: everything that is known comes back."""
    scan = read(owner, searched(owner, device.host))

    assert Scan.from_json(scan.to_json()) == scan
    assert json.loads(scan.to_json())["candidates"][0]["found"]["place"]["host"] == device.host


def test_cameras_that_are_here_are_known_by_their_host(site: Site, colleague: User, stranger: User) -> None:
    """CAM-3, SEC-1: of one's own sites only."""
    camera = CameraFactory(site=site, name="Crane", url="rtsp://10.0.0.7:8554/live")

    assert cameras_known(user=colleague) == {"10.0.0.7": [(camera.pk, "Crane", "rtsp://10.0.0.7:8554/live")]}
    assert cameras_known(user=stranger) == {}
