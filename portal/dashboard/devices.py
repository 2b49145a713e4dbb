"""Which cameras are sensors of one device (CAM-10): it was added as one, so name and host tell."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from cameras.models import Camera

_SENSOR = re.compile(r"(.+) · ([1-8])")  # as `device_create` names them


class DeviceKey(NamedTuple):
    """Equal for the sensors of one device."""

    site: int
    host: str
    name: str


def device_of(camera: Camera) -> DeviceKey | None:
    """The device of a camera; None for one that is no sensor of several."""
    named = _SENSOR.fullmatch(camera.name)
    host = urlsplit(camera.url).hostname
    return DeviceKey(camera.site_id, host, named[1]) if named and host else None
