"""HTTP alarms come in over real sockets (OUT-10; WIRE 6)."""

import socket
from collections.abc import Iterator

import pytest
from django.db import OperationalError

from analytics.models import Alarm
from cameras.models import Camera, Site
from notifications.receiving import desk
from tests.factories import CameraFactory, DestinationFactory
from tests.notifications.outbox import drain, queued, rows
from tests.notifications.receiving.running import Running, get, running, talk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network]


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, url="rtsp://127.0.0.1/MediaInput/stream_1")


@pytest.fixture
def listening(camera: Camera) -> Iterator[Running]:
    with running() as one:
        yield one


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", "/alarm?source=63", b""),
        ("GET", "/alarm/?x=%alarmsrc2&source=63&source=62&channel=1", b""),
        ("POST", "/alarm", b"source=63&count="),
        ("POST", "/alarm?source=63", b""),
    ],
)
def test_a_camera_calls(listening: Running, camera: Camera, method: str, target: str, body: bytes) -> None:
    """OUT-10: the address and template that are entered in it."""
    assert get(listening.ports["http"], target, method=method, body=body) == (200, "OK")
    alarm = Alarm.objects.get()

    assert (alarm.camera, alarm.area_number, alarm.count, alarm.source) == (camera, 2, None, "camera")


def test_portals_that_tell_each_other_come_to_an_end(listening: Running, camera: Camera, loopback: None) -> None:
    """OUT-11, OUT-10: what came in is told once, and what comes back is known."""
    CameraFactory(site=camera.site, url="scene:?people=5", name="A camera that sees")
    template = "source=%almsrc2&channel=%channel&areaname=%areaname&count=%count&time=%time&test=%test"
    config = {"address": "127.0.0.1", "port": listening.ports["http"], "ssl": False, "path": "/alarm"}
    destination = DestinationFactory(
        site=camera.site, kind="http_alarm", config={**config, "template": template, "method": "POST"}
    )
    queued(destination)
    while drain(destination):
        pass
    seen, heard = Alarm.objects.order_by("camera__name")

    assert rows(destination) == ["sent", "sent"]
    assert (seen.source, heard.source, heard.camera) == ("portal", "camera", camera)
    assert (heard.area_name, heard.count) == (seen.area_name, 11)


@pytest.mark.parametrize(
    ("method", "target", "status", "words"),
    [
        ("GET", "/", 404, "/alarm"),
        ("GET", "/alarm", 400, "two hex digits expected"),
        ("GET", "/alarm?source=zz", 400, "two hex digits expected"),
        ("GET", "/alarm?source=62&time=yesterday", 400, "YYYYMMDDhhmmss expected"),
        ("GET", "/alarm?" + "a=1&" * 100, 400, "no form"),
        ("PUT", "/alarm?source=62", 405, "GET or POST"),
        ("GET", "/alarm?source=" + "6" * 20_000, 431, "not HTTP"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(
    listening: Running, method: str, target: str, status: int, words: str
) -> None:
    """SPEC 15: nothing changed."""
    code, text = get(listening.ports["http"], target, method=method)

    assert code == status
    assert words in text
    assert not Alarm.objects.exists()


def test_other_message_ids_are_taken_and_dropped(listening: Running) -> None:
    """OUT-10: a camera calls for its other alarms, too."""
    assert get(listening.ports["http"], "/alarm?source=01")[0] == 200
    assert not Alarm.objects.exists()


def test_a_stranger_is_refused(site: Site) -> None:
    """OUT-10."""
    CameraFactory(site=site, url="rtsp://192.0.2.17/live")
    with running() as listening:
        assert get(listening.ports["http"], "/alarm?source=62") == (403, "no camera of this portal")

    assert not Alarm.objects.exists()


def test_a_database_that_is_away_says_later(listening: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 15: who can repeat does."""

    def away(**_facts: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(desk, "alarm_receive", away)
        assert get(listening.ports["http"], "/alarm?source=62")[0] == 503


@pytest.mark.parametrize("said", [b"", b"GET /al", b"\x16\x03\x01\x02\x00", b"POST /alarm HTTP/1.1\r\nHost: a\r\n\r\n"])
def test_garbage_ends_one_connection_only(listening: Running, said: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """SPEC 15: without a traceback."""
    talk(listening.ports["http"], said)

    assert get(listening.ports["http"], "/alarm?source=62")[0] == 200
    assert "Traceback" not in caplog.text


def test_a_body_that_never_ends_is_cut_off(listening: Running) -> None:
    """SPEC 15: memory is bounded."""
    head = b"POST /alarm HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", listening.ports["http"]), 20) as line:
        line.sendall(head + b"a" * 20_000)

        assert b" 413 " in line.recv(4096)
