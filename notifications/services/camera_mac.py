"""The address that a camera sends under (WIRE 1)."""

from cameras.models import Camera
from cameras.sensors import channel_of
from notifications.record import mac_of


def camera_mac(camera: Camera) -> str:
    """12 lower-case hex digits: of the device where they are known, for its first sensor; else given by the portal."""
    return mac_of(camera.pk, camera.mac, channel=channel_of(camera.url, camera.name))
