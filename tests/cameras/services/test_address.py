"""CAM-1, SEC-4: addresses of cameras, as people type them."""

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from cameras.services.address import Address, address_clean


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("rtsp://10.0.0.1/live", Address("rtsp://10.0.0.1/live")),
        (" rtsp://cam.local:8554/a?b=1 ", Address("rtsp://cam.local:8554/a?b=1")),
        ("rtsp://u:p@10.0.0.1/live", Address("rtsp://10.0.0.1/live", "u", "p")),
        ("rtsp://u:p%40%2Fw@10.0.0.1/", Address("rtsp://10.0.0.1/", "u", "p@/w")),
        ("http://u@[fd00::1]:81/jpg", Address("http://[fd00::1]:81/jpg", "u", "")),
        ("RTSPS://10.0.0.1/", Address("rtsps://10.0.0.1/")),
        ("https://cam.local/jpg", Address("https://cam.local/jpg")),
        ("clip:lobby.mp4", Address("clip:lobby.mp4")),
        ("SCENE:?people=5", Address("scene:?people=5")),
        ("scene://?people=5", Address("scene://?people=5")),
    ],
)
def test_credentials_are_split_off(typed: str, address: Address) -> None:
    """CAM-1: user name and password are stored apart from the URL."""
    assert address_clean(typed) == address


NO_ADDRESS = (
    *("", "cam", "ftp://10.0.0.1/", "file:///etc/passwd", "rtsp://", "rtsp:///a", "rtsp://h:99999/", "http://[bad/"),
    *("scene:?people=99", "scene:?dogs=1", "scene:?people=some", "scene:people"),
    *("http://ho st/", "clip:", "clip:..", "clip:../a.mp4", "clip:a/b.mp4", "clip:/a.mp4", "clip:a\\b", "clip://a.mp4"),
)


@pytest.mark.parametrize("typed", NO_ADDRESS)
def test_what_is_no_address_is_refused(typed: str) -> None:
    """CAM-1: with a message at the field; a clip never leaves its folder."""
    with pytest.raises(ValidationError) as raised:
        address_clean(typed)

    assert list(raised.value.message_dict) == ["url"]


NO_CAMERA = (
    *("127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "localhost", "cam.localhost", "localhost.", "[::1]"),
    *("[::ffff:127.0.0.1]", "169.254.169.254", "[fd00:ec2::254]", "0", "[::]", "224.0.0.1", "169.254.1.1", "[fe80::1]"),
)


@pytest.mark.parametrize("host", NO_CAMERA)
def test_what_is_never_a_camera_is_refused_in_every_spelling(host: str) -> None:
    """SEC-4: loopback, cloud metadata, link-local, multicast, unspecified."""
    with pytest.raises(ValidationError, match=r"is refused: this is .* LOOKOUT_ALLOWED_NETWORKS"):
        address_clean(f"http://{host}/jpg")


def test_an_administrator_can_open_a_network(settings: Settings) -> None:
    """SEC-4: the demo's servers are on loopback."""
    settings.ALLOWED_NETWORKS = ["127.0.0.0/8"]

    assert address_clean("rtsp://127.0.0.1:8554/live").url == "rtsp://127.0.0.1:8554/live"


def test_the_portals_own_servers_stay_closed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """SEC-4: also where loopback is open; a camera cannot be aimed at the key-value server."""
    settings.ALLOWED_NETWORKS = ["127.0.0.0/8"]
    settings.REDIS_URL = "redis://:secret@127.0.0.1:7001/0"
    monkeypatch.setitem(settings.DATABASES["default"], "HOST", "127.0.0.1")
    monkeypatch.setitem(settings.DATABASES["default"], "PORT", "7002")

    for port in (7001, 7002, settings.PORT):
        with pytest.raises(ValidationError, match="own services"):
            address_clean(f"http://127.0.0.1:{port}/")


def test_a_message_repeats_no_password() -> None:
    """CAM-1: a refused address is shown and logged without its credentials."""
    for typed in ("http://admin:s3cret@127.0.0.1/", "ftp://admin:s3cret@h/", "rtsp://admin:s3cret@h:99999/"):
        with pytest.raises(ValidationError) as raised:
            address_clean(typed)
        assert "s3cret" not in str(raised.value)
