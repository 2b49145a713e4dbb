"""The MAC address of a camera (WIRE 1; CAM-10)."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from cameras.mac import is_device, mac_digits, mac_shown
from cameras.models import Camera, Site
from cameras.services.camera import camera_create, camera_update
from cameras.services.mac import mac_clean
from notifications.record import mac_of
from notifications.services.camera_mac import camera_mac
from tests.factories import CameraFactory

DIGITS = st.text("0123456789abcdef", min_size=12, max_size=12)
RTSP = "rtsp://192.0.2.7/MediaInput/stream_1"


@given(digits=DIGITS, between=st.sampled_from(["", ":", "-", ".", " "]), upper=st.booleans())
def test_however_it_is_written_it_is_the_same(digits: str, between: str, upper: bool) -> None:
    """WIRE 1: 12 lower-case hex digits; what is shown is read back."""
    typed = between.join(digits[place : place + 2] for place in range(0, 12, 2))

    assert mac_digits(typed.upper() if upper else typed) == digits
    assert mac_digits(mac_shown(digits)) == digits


@given(text=st.text(max_size=20))
def test_whatever_is_typed_is_an_address_or_refused(text: str) -> None:
    """SPEC 15: nothing else gets in, blank apart."""
    if is_device(mac_digits(text)):
        assert mac_clean(text) == mac_digits(text)
    elif text.strip():
        with pytest.raises(ValidationError) as refused:
            mac_clean(text)
        assert list(refused.value.message_dict) == ["mac"]
    else:
        assert mac_clean(text) == ""


@given(camera_id=st.integers(1, 2**32 - 1))
def test_what_the_portal_gives_is_no_devices(camera_id: int) -> None:
    """WIRE 1: nobody can type an address that another camera will be given."""
    assert not is_device(mac_of(camera_id))


@pytest.mark.django_db
def test_one_sensor_of_a_device_is_one_camera(site: Site) -> None:
    """CAM-10: a device with several sensors has one address; each sensor is one camera."""
    first = camera_create(site=site, name="Gate", url=f"{RTSP}/ch_1", mac="00:11:22:AA:BB:CC")
    second = camera_create(site=site, name="Pier", url=f"{RTSP}/ch_2", mac="001122aabbcc")
    with pytest.raises(ValidationError, match="sensor 2"):
        camera_create(site=site, name="Quay", url=f"{RTSP}/ch_2", mac="001122aabbcc")
    with pytest.raises(ValidationError, match="sensor 1"):
        camera_update(camera=second, url=f"{RTSP}/ch_1")

    assert (first.mac, Camera.objects.count()) == ("001122aabbcc", 2)
    assert camera_mac(first) == "001122aabbcc"
    assert camera_mac(second) == mac_of(second.pk)


@pytest.mark.django_db
def test_it_can_be_taken_away_again(site: Site) -> None:
    """WIRE 1: then the camera sends under the address that it is given."""
    camera = CameraFactory(site=site, mac="001122aabbcc")
    changed = camera_update(camera=camera, mac="")

    assert camera_mac(changed) == mac_of(camera.pk)
