"""Which cameras an address stands for (OUT-10; CAM-10)."""

import threading

import pytest
from django.db import OperationalError

from cameras.models import Camera, Site
from notifications.receiving import book as book_module
from notifications.receiving.book import SenderBook
from portal.common.outgoing import HostUnknownError, parse_networks
from tests.factories import CameraFactory

pytestmark = pytest.mark.django_db


def resolve(host: str, _port: int) -> list[str]:
    """As the name server of this site does."""
    if host == "gone.example":
        raise HostUnknownError("gone.example: host unknown")
    return ["192.0.2.9", "2001:db8::9"] if host == "camera.example" else [host]


def written(**facts: object) -> SenderBook:
    book = SenderBook(resolve=resolve, **facts)
    book.refresh()
    return book


def camera(site: Site, url: str, **facts: object) -> int:
    return CameraFactory(site=site, url=url, **facts).pk


def test_an_address_stands_for_its_camera_whatever_sensor_it_names(site: Site) -> None:
    """OUT-10: in all the ways that a camera's address is written."""
    first = camera(site, "rtsp://192.0.2.7:554/MediaInput/stream_1")
    second = camera(site, "http://[2001:DB8::7]/cgi-bin/camera")
    third = camera(site, "rtsp://Camera.example/live")
    book = written()

    assert book.cameras("192.0.2.7", 1) == book.cameras("::ffff:192.0.2.7", 4) == [first]
    assert book.cameras("2001:db8:0:0::7", 1) == [second]
    assert (
        book.cameras("192.0.2.9", 1) == book.cameras("2001:db8::9", 1) == book.cameras("CAMERA.example", 1) == [third]
    )


def test_the_sensors_of_one_device_are_told_apart_by_channel(site: Site) -> None:
    """CAM-10: by the address, or by the name that they were given."""
    one, two = (camera(site, f"rtsp://192.0.2.7/MediaInput/stream_1/ch_{number}") for number in (1, 2))
    other = camera(site, "rtsp://192.0.2.7/profile?x=3", name="Hall · 3")
    book = written()

    assert [book.cameras("192.0.2.7", channel) for channel in (1, 2, 3, 4)] == [[one], [two], [other], []]


def test_a_camera_that_is_set_up_twice_is_told_twice(site: Site) -> None:
    """OUT-10: it stands on two sites."""
    both = [camera(site, "rtsp://192.0.2.7/a"), CameraFactory(url="rtsp://192.0.2.7/b").pk]

    assert written().cameras("192.0.2.7", 1) == both


def test_whoever_is_no_enabled_camera_is_unknown(site: Site) -> None:
    """OUT-10."""
    camera(site, "rtsp://192.0.2.7/a", enabled=False)
    camera(site, "scene:?people=5")
    camera(site, "rtsp://gone.example/a")
    camera(site, "rtsp://[fd00::7/a")
    book = written()

    assert not any(book.knows(address) for address in ("192.0.2.7", "192.0.2.8", "::1"))
    assert book.cameras("192.0.2.7", 1) == []


def test_a_trusted_network_may_speak_of_others() -> None:
    """OUT-10: a recorder, another portal."""
    book = written(trusted=parse_networks(["10.0.0.0/24"]))

    assert book.trusts("10.0.0.7")
    assert book.trusts("::ffff:10.0.0.7")
    assert not book.trusts("10.0.1.7")


def test_names_are_asked_for_once_in_a_while(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 15: a name server is not asked every five seconds; nor does a slow one hold up who looks something up."""
    asked: list[str] = []
    camera(site, "rtsp://camera.example/a")
    camera(site, "rtsp://gone.example/a")
    book = SenderBook(resolve=lambda host, port: asked.append(host) or resolve(host, port))  # type: ignore[func-returns-value]
    for _ in range(3):
        book.refresh()
    assert sorted(asked) == ["camera.example", "gone.example"]
    monkeypatch.setattr(book_module, "NAMES_S", 0.0)
    book.refresh()

    assert len(asked) == 4


def test_what_changes_is_known_with_the_next_writing(site: Site) -> None:
    """OUT-10."""
    first = camera(site, "rtsp://192.0.2.7/a")
    book = written()
    Camera.objects.filter(pk=first).update(url="rtsp://192.0.2.8/a")
    book.refresh()

    assert not book.knows("192.0.2.7")
    assert book.cameras("192.0.2.8", 1) == [first]


def test_the_book_outlives_a_database_that_is_away(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """SPEC 15: what was known last holds, and the next writing is as good as any."""
    first = camera(site, "rtsp://192.0.2.7/a")
    book, over, turns = written(), threading.Event(), iter([OperationalError("away"), ZeroDivisionError(), None])

    def refresh(_book: SenderBook) -> None:
        error = next(turns)
        if error is not None:
            raise error
        over.set()

    monkeypatch.setattr(book_module, "REFRESH_S", 0.0)
    monkeypatch.setattr(SenderBook, "refresh", refresh)
    keeper = threading.Thread(target=book.keep, args=(over,))
    keeper.start()
    keeper.join(20)

    assert not keeper.is_alive()
    assert book.cameras("192.0.2.7", 1) == [first]
    assert "database away" in caplog.text
    assert "ZeroDivisionError" in caplog.text
