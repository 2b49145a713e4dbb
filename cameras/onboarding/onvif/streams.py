"""What a device is, and which streams each of its sensors has (GetDeviceInformation, GetProfiles, GetStreamUri);
its MAC address (GetNetworkInterfaces)."""

from collections.abc import Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from cameras.mac import is_device, mac_digits
from cameras.onboarding.onvif.client import DEVICE, MEDIA, SCHEMA, OnvifClient
from cameras.onboarding.onvif.device import Device, Sensor, Stream
from cameras.onboarding.onvif.errors import DeviceError, DeviceReason
from cameras.onboarding.onvif.place import Place
from cameras.onboarding.onvif.reading import address, find, number, text

MOST_SENSORS = 8
MOST_STREAMS = 6  # of one sensor: each address is one more question
BEST_WIDTH = 1280  # pixels: what the networks see is smaller, what people look at should not be much


def device_read(client: OnvifClient) -> Device:
    """Raises DeviceError."""
    said = find(client.call(client.place, f'<GetDeviceInformation xmlns="{DEVICE}"/>'), "GetDeviceInformationResponse")
    known = Device(
        text(said, "Manufacturer"), text(said, "Model"), text(said, "FirmwareVersion"), text(said, "SerialNumber")
    )
    return replace(known, sensors=_sensors(client, _media(client)), mac=_mac(client))


def _mac(client: OnvifClient) -> str:
    """Of the first network interface that is in use; blank where the device does not tell this user: its streams are
    known by then, and worth more."""
    try:
        answer = client.call(client.place, f'<GetNetworkInterfaces xmlns="{DEVICE}"/>')
    except DeviceError:
        return ""
    said = find(answer, "GetNetworkInterfacesResponse")
    used = [one for one in (said if said is not None else ()) if text(one, "Enabled") != "false"]
    found = (mac_digits(text(one, "Info/HwAddress")) for one in used)
    return next((digits for digits in found if digits and is_device(digits)), "")


def _media(client: OnvifClient) -> Place:
    answer = client.call(client.place, f'<GetCapabilities xmlns="{DEVICE}"><Category>All</Category></GetCapabilities>')
    where = address(find(answer, "GetCapabilitiesResponse"), "Capabilities/Media/XAddr")
    if not where:
        raise DeviceError(DeviceReason.NO_STREAM, f"{client.place}: the device has no video streams")
    return client.place.at(where)


def _sensors(client: OnvifClient, media: Place) -> tuple[Sensor, ...]:
    answer = find(client.call(media, f'<GetProfiles xmlns="{MEDIA}"/>'), "GetProfilesResponse")
    by_source: dict[str, list[tuple[str, Stream]]] = {}
    for profile in answer if answer is not None else ():
        source = text(profile, "VideoSourceConfiguration/SourceToken")
        if source and find(profile, "VideoEncoderConfiguration") is not None:
            by_source.setdefault(source, []).append((profile.get("token", ""), _stream(profile)))
    sensors = []
    for channel, profiles in enumerate(list(by_source.values())[:MOST_SENSORS], start=1):
        streams = [replace(stream, url=_url(client, media, token)) for token, stream in profiles[:MOST_STREAMS]]
        if usable := [stream for stream in streams if stream.url]:
            sensors.append(Sensor(channel, _in_order(usable)))
    if not sensors:
        raise DeviceError(DeviceReason.NO_STREAM, f"{client.place}: the device has no video streams")
    return tuple(sensors)


def _stream(profile: Element) -> Stream:
    encoder = find(profile, "VideoEncoderConfiguration")
    width, height = number(encoder, "Resolution/Width"), number(encoder, "Resolution/Height")
    return Stream(
        name=text(profile, "Name")[:80],
        url="",
        codec=text(encoder, "Encoding")[:20],
        width=int(width) if width else None,
        height=int(height) if height else None,
        fps=number(encoder, "RateControl/FrameRateLimit"),
    )


def _url(client: OnvifClient, media: Place, token: str) -> str:
    """The address of a profile's stream; "" where the device has none for it."""
    body = (
        f'<GetStreamUri xmlns="{MEDIA}"><StreamSetup><Stream xmlns="{SCHEMA}">RTP-Unicast</Stream>'
        f'<Transport xmlns="{SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup>'
        f"<ProfileToken>{escape(token)}</ProfileToken></GetStreamUri>"
    )
    try:
        answer = client.call(media, body)
    except DeviceError as exc:
        if exc.reason is DeviceReason.FAULT:
            return ""
        raise
    return client.place.stream(address(find(answer, "GetStreamUriResponse"), "MediaUri/Uri"))


def _in_order(streams: Sequence[Stream]) -> tuple[Stream, ...]:
    """Nearest to BEST_WIDTH first; of the same size the one with fewer pictures a second."""
    return tuple(sorted(streams, key=lambda one: (abs((one.width or 1920) - BEST_WIDTH), one.fps or 30)))
