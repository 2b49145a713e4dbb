"""One ONVIF device, asked over HTTP."""

import hashlib
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from cameras.onboarding.onvif.client import OnvifClient
from cameras.onboarding.onvif.device import Device
from cameras.onboarding.onvif.envelope import Credentials, security
from cameras.onboarding.onvif.errors import DeviceError, DeviceReason
from cameras.onboarding.onvif.place import Place
from cameras.onboarding.onvif.reading import UnreadableError, parse, text
from cameras.onboarding.onvif.streams import device_read
from cameras.onboarding.onvif.wsdiscovery import matches, probe
from portal.common.outgoing import AddressGuard, parse_networks
from tests.servers.onvif_server import OnvifServer, loopback
from tests.servers.ports import free_port

LOOPBACK = AddressGuard(allow=parse_networks(["127.0.0.0/8"]))
ASKED = UUID("11111111-2222-3333-4444-555555555555")


def read(server: OnvifServer, password: str = "s3cret", **more: object) -> Device:
    place = Place(server.host, server.port)
    facts = {"guard": LOOPBACK, "credentials": Credentials("root", password), **more}
    with OnvifClient(place, **facts) as client:
        return device_read(client)


def failure(server: OnvifServer, **more: object) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        read(server, **more)
    return caught.value


# --- What a device says -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("auth", ["token", "digest", ""])
def test_a_device_names_itself_and_its_streams(auth: str) -> None:
    """CAM-3: by the digest of WS-Security, by HTTP Digest, or without a password."""
    with OnvifServer(auth=auth) as server:
        device = read(server)

    assert (device.maker, device.model, device.firmware, device.serial) == ("i-PRO", "WV-X4573L", "2.70", "KFX01234")
    (sensor,) = device.sensors
    assert [(one.width, one.height, one.fps, one.codec, one.url) for one in sensor.streams] == [
        (1280, 720, 5.0, "H264", "rtsp://127.0.0.1/MediaInput/stream_2/ch_1"),
        (3840, 2160, 30.0, "H264", "rtsp://127.0.0.1/MediaInput/stream_1/ch_1"),
    ]


@pytest.mark.parametrize(
    ("mac", "known"),
    [("00:80:45:0A:0B:0C", "0080450a0b0c"), ("", ""), ("00:00:00:00:00:00", ""), ("unknown", "")],
    ids=["told", "not told", "none", "nonsense"],
)
def test_a_device_tells_the_address_of_the_interface_that_it_uses(mac: str, known: str) -> None:
    """CAM-3, WIRE 1: one that does not tell it is read all the same."""
    with OnvifServer(mac=mac) as server:
        device = read(server)

    assert device.mac == known
    assert device.sensors


def test_each_video_source_is_a_sensor() -> None:
    """CAM-10: in the device's order, whatever the order of the profiles."""
    with OnvifServer(sensors=4) as server:
        device = read(server)

    assert [sensor.channel for sensor in device.sensors] == [1, 2, 3, 4]
    assert [sensor.streams[0].url[-4:] for sensor in device.sensors] == ["ch_1", "ch_2", "ch_3", "ch_4"]


@pytest.mark.parametrize("ahead_s", [-86_400 * 365, 7200])
def test_a_device_with_a_wrong_clock_accepts_the_password(ahead_s: float) -> None:
    """CAM-3: the proof carries the device's time, or it would be taken for a replay."""
    with OnvifServer(ahead_s=ahead_s) as server:
        assert read(server).sensors


def test_the_password_is_never_sent() -> None:
    """CAM-1: only a digest, new for each question."""
    with OnvifServer() as server:
        read(server)

    assert not any("s3cret" in body for body in server.bodies)
    assert len(server.used) == len(server.requests) - 1  # the clock is asked without


def test_the_digest_is_that_of_the_profile() -> None:
    """CAM-3: the worked example of the UsernameToken profile's formula, and no header without a user."""
    header = security(
        Credentials("a<b", "pass"),
        ahead=timedelta(hours=1),
        nonce=lambda size: b"n" * size,
        now=lambda: datetime(2026, 1, 1, tzinfo=UTC),
    )

    digest = hashlib.sha1(b"n" * 16 + b"2026-01-01T01:00:00Z" + b"pass").digest()  # noqa: S324  # as the profile says
    assert b64encode(digest).decode() in header
    assert b64decode(header.partition('Base64Binary">')[2].partition("<")[0]) == b"n" * 16
    assert "a&lt;b" in header
    assert "pass<" not in header
    assert security(Credentials()) == ""


# --- Why there is nothing ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("redirect", DeviceReason.ADDRESS_REFUSED),
        ("page", DeviceReason.NOT_ONVIF),
        ("dtd", DeviceReason.NOT_ONVIF),
        ("long", DeviceReason.NOT_ONVIF),
        ("no media", DeviceReason.NO_STREAM),
        ("faulty", DeviceReason.FAULT),
    ],
)
def test_reasons_are_told_apart(mode: str, reason: DeviceReason) -> None:
    """CAM-3, SEC-4: neither a redirect nor an entity is followed, no answer is read without end."""
    with OnvifServer(mode=mode) as server:
        assert failure(server).reason is reason


@pytest.mark.parametrize("auth", ["token", "digest"])
def test_a_wrong_password_is_one(auth: str) -> None:
    """CAM-3: without the password in the message."""
    with OnvifServer(auth=auth) as server:
        error = failure(server, password="wr0ng")

    assert error.reason is DeviceReason.WRONG_PASSWORD
    assert "wr0ng" not in str(error)


def test_a_device_that_says_nothing_is_given_up() -> None:
    """CAM-3: every wait is bounded, those for all answers together as well."""
    with OnvifServer(mode="silent") as server:
        assert failure(server, read_s=0.2).reason is DeviceReason.TIMED_OUT
    with OnvifServer() as server:
        assert failure(server, total_s=0.0).reason is DeviceReason.TIMED_OUT


def test_a_closed_port_is_refused() -> None:
    """CAM-3."""
    with OnvifClient(Place("127.0.0.1", free_port()), guard=LOOPBACK) as client, pytest.raises(DeviceError) as caught:
        client.ahead()

    assert caught.value.reason is DeviceReason.REFUSED


def test_an_address_that_the_guard_refuses_is_not_called() -> None:
    """SEC-4."""
    with OnvifServer() as server:
        error = failure(server, guard=AddressGuard())

    assert (error.reason, server.requests) == (DeviceReason.ADDRESS_REFUSED, [])


def test_a_device_leads_the_portal_nowhere_else() -> None:
    """SEC-4: what it says about its services and streams counts for port and path; the host answered."""
    with OnvifServer(loopback(7), claimed="10.66.0.66") as server:
        device = read(server)

    assert {stream.url.split("/")[2] for stream in device.sensors[0].streams} == {loopback(7)}
    assert "GetProfiles" in server.requests


# --- Places -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "url"),
    [
        (["http://10.0.0.7/onvif/device_service"], "http://10.0.0.7:80/onvif/device_service"),
        (["http://[fe80::1]/a", "https://10.0.0.7:8443/b"], "https://10.0.0.7:8443/b"),
        (["http://evil.example.com:8080/c"], "http://10.0.0.7:8080/c"),
        (["file:///etc/passwd", "http://10.0.0.7:99999/", "http://"], "http://10.0.0.7:80/onvif/device_service"),
        (["http://10.0.0.7/" + "a" * 500], "http://10.0.0.7:80/onvif/device_service"),
        ([], "http://10.0.0.7:80/onvif/device_service"),
    ],
)
def test_a_place_is_where_the_answer_came_from(said: list[str], url: str) -> None:
    """SEC-4."""
    assert Place.claimed("10.0.0.7", said).url == url


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("rtsp://10.0.0.7:554/live", "rtsp://10.0.0.7/live"),
        ("rtsp://root:s3cret@10.0.0.7:8554/live?ch=1", "rtsp://10.0.0.7:8554/live?ch=1"),
        ("rtsp://192.168.1.1/live", "rtsp://10.0.0.7/live"),
        ("clip:lobby.mp4", ""),
        ("", ""),
    ],
)
def test_the_address_of_a_stream_is_on_the_device_and_without_password(said: str, url: str) -> None:
    """CAM-1, SEC-4."""
    assert Place("10.0.0.7").stream(said) == url


# --- XML --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff",
        b"<a>",
        b"<!DOCTYPE a><a/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="x-none"?><a/>',
        b"<a>" + b" " * 1_000_000 + b"</a>",
    ],
)
def test_what_is_not_read(data: bytes) -> None:
    """SEC-4: no DTD in any encoding, nothing endless."""
    with pytest.raises(UnreadableError):
        parse(data)


def test_a_name_becomes_one_short_line() -> None:
    """CAM-3: what a device says of itself is shown on a page."""
    assert text(parse(b"<a>  one\n\ttwo\x7f  </a>")) == "one two"
    assert len(text(parse(b"<a>" + b"x" * 5000 + b"</a>"))) == 200


def test_an_answer_to_somebody_else_is_none() -> None:
    """CAM-3: nobody slips a device in who has not seen the question."""
    with OnvifServer(talks=False) as server:
        (answer,) = server._probe_answers(probe(ASKED))

    (match,) = matches(answer, asked=ASKED)
    assert (match.name, match.hardware, match.location) == ("Gate camera", "WV-X4573L", "Bremen")
    assert match.addresses == (server.xaddr,)
    assert matches(answer, asked=UUID(int=1)) == []
