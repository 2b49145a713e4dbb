"""Addresses of i-PRO and Panasonic cameras, as WIRE 9 writes them down."""

import pytest

from cameras.onboarding.presets import PRESETS, PresetError

GOLDEN = [
    ("ipro-rtsp", {"stream": 1}, "rtsp://10.0.0.7/MediaInput/stream_1"),
    ("ipro-rtsp", {"stream": 4}, "rtsp://10.0.0.7/MediaInput/stream_4"),
    ("ipro-rtsp", {"stream": 2, "channel": 3}, "rtsp://10.0.0.7/MediaInput/stream_2/ch_3"),
    ("ipro-rtsp-src", {"stream": 1}, "rtsp://10.0.0.7/Src/MediaInput/stream_1"),
    ("ipro-onvif", {}, "rtsp://10.0.0.7/ONVIF/MediaInput?profile=def_profile1"),
    (
        "ipro-mjpeg",
        {},
        "http://10.0.0.7/cgi-bin/nphMotionJpeg?Resolution=1920x1080&Quality=Standard&Framerate=15",
    ),
    ("ipro-jpeg", {}, "http://10.0.0.7/cgi-bin/camera?resolution=1920"),
]


@pytest.mark.parametrize(("preset", "facts", "url"), GOLDEN)
def test_golden_addresses(preset: str, facts: dict[str, int], url: str) -> None:
    """CAM-1, WIRE 9: published in vendor samples."""
    assert PRESETS[preset].url(host="10.0.0.7", **facts) == url


def test_every_preset_has_a_golden_address() -> None:
    """CAM-1: a new one cannot be forgotten here."""
    assert {preset for preset, _, _ in GOLDEN} == set(PRESETS)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        (" camera-7.example.com ", "camera-7.example.com"),
        ("10.0.0.7:8554", "10.0.0.7:8554"),
        ("fd00::7", "[fd00::7]"),
        ("[fd00::7]:8554", "[fd00::7]:8554"),
        ("c", "c"),
    ],
)
def test_what_a_host_may_look_like(host: str, shown: str) -> None:
    """CAM-1: names and addresses, with a port."""
    assert PRESETS["ipro-rtsp"].url(host=host) == f"rtsp://{shown}/MediaInput/stream_1"


@pytest.mark.parametrize(
    "host",
    [
        "",
        " ",
        "a b",
        "user:secret@10.0.0.7",
        "10.0.0.7/path",
        "10.0.0.7?x",
        "-a",
        "a.",
        "{stream}",
        "[fd00",
        "[::g]",
        "a" * 254,
    ],
)
def test_what_is_no_host(host: str) -> None:
    """CAM-1: nothing that would become another part of the address."""
    with pytest.raises(PresetError) as caught:
        PRESETS["ipro-rtsp"].url(host=host)

    assert caught.value.field == "host"


@pytest.mark.parametrize(
    ("preset", "facts", "field"),
    [
        ("ipro-rtsp", {"stream": 0}, "stream"),
        ("ipro-rtsp", {"stream": 5}, "stream"),
        ("ipro-rtsp", {"channel": 0}, "channel"),
        ("ipro-rtsp", {"channel": 5}, "channel"),
        ("ipro-onvif", {"channel": 1}, "channel"),
        ("ipro-jpeg", {"channel": 1}, "channel"),
    ],
)
def test_what_no_such_camera_has(preset: str, facts: dict[str, int], field: str) -> None:
    """CAM-10: channels 1 to 4, where the address knows channels."""
    with pytest.raises(PresetError) as caught:
        PRESETS[preset].url(host="10.0.0.7", **facts)

    assert caught.value.field == field
    assert "expected" in str(caught.value)
