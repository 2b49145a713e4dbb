"""What is known of a device: where it is, what it is, which streams its sensors have. Light: brings no HTTP client."""

from dataclasses import dataclass

from cameras.onboarding.onvif.place import Place


@dataclass(frozen=True, slots=True)
class Found:
    """A device that answered. Everything but its place is what it says of itself, if it said anything."""

    place: Place
    endpoint: str = ""
    name: str = ""
    hardware: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Stream:
    """A profile of the device. codec: as the device writes it, H264.    width, height: pixels, None when not said.

    url: without credentials.
    """

    name: str
    url: str
    codec: str = ""
    width: int | None = None
    height: int | None = None
    fps: float | None = None


@dataclass(frozen=True, slots=True)
class Sensor:
    """A video source (CAM-10). channel: from 1.    streams: the one that fits analysis best comes first."""

    channel: int
    streams: tuple[Stream, ...]


@dataclass(frozen=True, slots=True)
class Device:
    """What a device said of itself.    mac: 12 lower-case hex digits, blank where it does not say."""

    maker: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = ""
    sensors: tuple[Sensor, ...] = ()
    mac: str = ""
