"""Addresses of i-PRO and Panasonic cameras, built from host, channel and stream (CAM-1; WIRE 9). Plain Python.

PresetError     a host, channel or stream that fits no such address; names the field
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address

STREAMS = range(1, 5)
CHANNELS = range(1, 5)
LONGEST_HOST = 253

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(:\d{1,5})?")
_BRACKETS = re.compile(r"\[(?P<inside>[0-9A-Fa-f:.]+)\](:\d{1,5})?")


class PresetError(ValueError):
    """`field` is host, channel or stream."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Preset:
    """One kind of address. {host} and {stream} are put in; an empty `sensor` has no channels."""

    id: str
    name: str
    address: str
    sensor: str = ""

    @property
    def has_stream(self) -> bool:
        """Whether a stream has to be chosen."""
        return "{stream}" in self.address

    def url(self, *, host: str, stream: int = 1, channel: int | None = None) -> str:
        """channel: the sensor of a multi-sensor camera, None for the others. Raises PresetError."""
        if self.has_stream and stream not in STREAMS:
            raise PresetError("stream", f"stream is {stream}, expected 1 to {STREAMS[-1]}")
        if channel is not None and (not self.sensor or channel not in CHANNELS):
            raise PresetError("channel", f"channel is {channel}, expected {self._channels()}")
        form = self.address if channel is None else self.sensor
        return form.format(host=host_clean(host), stream=stream, channel=channel)

    def _channels(self) -> str:
        return f"1 to {CHANNELS[-1]}" if self.sensor else "none for this kind of address"


_LIST = (
    Preset(
        "ipro-rtsp",
        "i-PRO / Panasonic · RTSP",
        "rtsp://{host}/MediaInput/stream_{stream}",
        "rtsp://{host}/MediaInput/stream_{stream}/ch_{channel}",
    ),
    Preset("ipro-rtsp-src", "i-PRO / Panasonic · RTSP, older address", "rtsp://{host}/Src/MediaInput/stream_{stream}"),
    Preset(
        "ipro-onvif", "i-PRO / Panasonic · RTSP, ONVIF profile", "rtsp://{host}/ONVIF/MediaInput?profile=def_profile1"
    ),
    Preset(
        "ipro-mjpeg",
        "i-PRO / Panasonic · MJPEG over HTTP",
        "http://{host}/cgi-bin/nphMotionJpeg?Resolution=1920x1080&Quality=Standard&Framerate=15",
    ),
    Preset("ipro-jpeg", "i-PRO / Panasonic · JPEG pictures over HTTP", "http://{host}/cgi-bin/camera?resolution=1920"),
)
PRESETS = {preset.id: preset for preset in _LIST}


def host_clean(host: str) -> str:
    """A name or an address, with a port if need be, as it stands in a URL: camera-7, 10.0.0.7:8080, [fd00::7].

    Raises PresetError for everything that would be more than a host: user names, paths, spaces.
    """
    text = host.strip()
    try:
        return f"[{IPv6Address(text)}]"
    except AddressValueError:
        pass  # no bare IPv6 address
    if len(text) <= LONGEST_HOST and (_HOST.fullmatch(text) or _is_bracketed(text)):
        return text
    raise PresetError("host", f"{text[:60]!r} is no host; examples are 192.168.0.10 and camera-7.example.com")


def _is_bracketed(text: str) -> bool:
    found = _BRACKETS.fullmatch(text)
    try:
        return bool(found and IPv6Address(found["inside"]))
    except AddressValueError:
        return False
