"""Addresses of cameras: read, shown without secrets, guarded."""

import pytest

from cameras.capture.address import CameraAddress
from cameras.capture.source import AddressInvalidError, AddressRefusedError, SourceSpec, SourceUnreachableError
from portal.common.outgoing import AddressGuard

SECRET = "s3cret:/@?#% word"


def address(url: str, **settings: str) -> CameraAddress:
    return CameraAddress.of(SourceSpec(url, **settings))


@pytest.mark.parametrize(
    ("url", "shown", "pinned"),
    [
        ("rtsp://cam.example/live", "rtsp://cam.example/live", "rtsp://10.0.0.5/live"),
        ("rtsp://cam.example:8554", "rtsp://cam.example:8554", "rtsp://10.0.0.5:8554/"),
        ("RTSP://Cam.Example:554/a", "rtsp://cam.example/a", "rtsp://10.0.0.5/a"),
        ("http://[fd00::5]/x?pwd=1", "http://[fd00::5]/x?…", "http://10.0.0.5/x?pwd=1"),
        ("https://cam:8443/v.cgi?a=b", "https://cam:8443/v.cgi?…", "https://10.0.0.5:8443/v.cgi?a=b"),
    ],
)
def test_an_address_is_shown_and_pinned(url: str, shown: str, pinned: str) -> None:
    """CAM-1, SEC-4: shown without query, opened at the address that was judged."""
    assert str(address(url)) == shown
    assert address(url).pinned("10.0.0.5") == pinned


def test_credentials_stay_out_of_everything_shown() -> None:
    """CAM-1: user name and password are never sent to a browser or log."""
    inside = address("rtsp://admin:s3cret@cam.example/live")
    apart = address("rtsp://other:wrong@cam.example/live", username="admin", password=SECRET)

    assert (inside.username, inside.password) == ("admin", "s3cret")
    assert (apart.username, apart.password) == ("admin", SECRET)
    for text in (str(inside), repr(inside), str(apart), repr(apart), repr(SourceSpec("x", password=SECRET))):
        assert "s3cret" not in text
        assert "admin" not in text


def test_credentials_are_quoted_when_the_stream_opens() -> None:
    """CAM-1: any character may be in a password."""
    opened = address("rtsp://cam/live", username="us er", password=SECRET).with_credentials("10.0.0.5")

    assert opened == "rtsp://us%20er:s3cret%3A%2F%40%3F%23%25%20word@10.0.0.5/live"
    assert address("rtsp://cam/live").with_credentials("10.0.0.5") == "rtsp://10.0.0.5/live"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "cam.example/live",
        "ftp://s3cret@cam/live",
        "rtsp:///live",
        "rtsp://cam:port/live",
        "rtsp://cam:99999/",
        "rtsp://cam/\r\nX: y",
        "rtsp://[fd00::5/s3cret",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_being_repeated(url: str) -> None:
    """CAM-2: a clear reason; what is misspelt may hold the password anywhere."""
    with pytest.raises(AddressInvalidError) as caught:
        address(url)
    assert "s3cret" not in str(caught.value)


def test_the_guard_judges_cameras() -> None:
    """SEC-4: camera addresses are outgoing addresses; without a guard the strictest holds."""
    with pytest.raises(AddressRefusedError, match=r"rtsp://127\.0\.0\.1/live: .*loopback"):
        address("rtsp://127.0.0.1/live").resolve(None)
    with pytest.raises(AddressRefusedError, match="metadata"):
        address("http://169.254.169.254/latest?x=1").resolve(AddressGuard(allow_loopback=True))
    with pytest.raises(SourceUnreachableError, match="host unknown"):
        address("rtsp://no-such-camera.invalid/").resolve(None)

    assert address("rtsp://127.0.0.1/live").resolve(AddressGuard(allow_loopback=True)) == ["127.0.0.1"]


@pytest.mark.parametrize("settings", [{"transport": "tpc"}, {"fps": 0}, {"fps": 61}])
def test_a_spec_out_of_range_is_refused(settings: dict) -> None:
    """CAM-1: the value and what was expected are named."""
    with pytest.raises(ValueError, match="expected"):
        SourceSpec("rtsp://cam/", **settings)
