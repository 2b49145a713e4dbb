"""Application events for Active Guard, and the camera list it asks of a foreign VMS (WIRE 4, shape as published).

Application and event name have to equal, letter by letter, what is registered there: both are settings.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from notifications.protocols.base import ProtocolError, json_bytes, not_carried
from notifications.protocols.notification_xml import WSNT, event_xml, notices
from notifications.protocols.onvif_event import video_source
from notifications.protocols.onvif_xml import HEAD, TT
from notifications.record import NONMASK, AlarmRecord, Event

XSD = "http://docs.onvif.org/ver10/schema"
LONGEST_DETAIL = 32  # characters
LONGEST_NAME = 256

_NAME = re.compile(r"[A-Za-z0-9._\-]{1,256}")
_NS = {"tt": TT, "xsd": XSD}


@dataclass(frozen=True, slots=True)
class EventNames:
    """Under which names the events go. area: {number} stands for the area's."""

    occupancy_app: str = "AIOccupancyDetectionApp"
    area: str = "Occupancy_Area{number}"
    nonmask_app: str = "AINonMaskDetectionApp"
    nonmask: str = "NonMask"

    def topic(self, record: AlarmRecord) -> str:
        """tns1:AppEvent/<AppName>/<EventName>. Raises ProtocolError for a name that cannot be registered."""
        if record.extension == NONMASK:
            app, event = self.nonmask_app, self.nonmask
        else:
            app, event = self.occupancy_app, self.area.replace("{number}", str(record.area_number))
        for name in (app, event):
            if not _NAME.fullmatch(name):
                raise ProtocolError(f"name {name!r:.60}: 1 to {LONGEST_NAME} of A-Z a-z 0-9 . _ - expected")
        return f"tns1:AppEvent/{app}/{event}"


@dataclass(frozen=True, slots=True)
class AppEvent:
    """What an event says, as it is read. likelihood: 0..1, None without.    jpeg: empty without."""

    topic: str
    at: datetime
    video_source: str
    detail: str
    likelihood: float | None
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class ListedCamera:
    """One camera of the list, under the id that its events name as their source. address: host.    channel: sensor."""

    id: int
    name: str
    model: str
    address: str
    channel: int


def carries(record: AlarmRecord) -> bool:
    """Starts and repeats of what the camera's application would tell: no minimum, no combined area."""
    return record.message_id is not None and record.event in (Event.STARTED, Event.REPEATED)


def encode(record: AlarmRecord, *, names: EventNames | None = None, jpeg: bytes | None = None) -> bytes:
    """jpeg: None without picture.    Raises NotCarriedError; ProtocolError for a bad name."""
    if not carries(record):
        not_carried("Active Guard event", record)
    image = ""
    if jpeg is not None:
        encoded = base64.b64encode(jpeg).decode()
        image = f'<tt:ElementItem Name="Image"><xsd:base64Binary>{encoded}</xsd:base64Binary></tt:ElementItem>'
    told = event_xml(
        topic=(names or EventNames()).topic(record),
        at=record.at,
        source={"VideoSource": video_source(record.device)},
        data={"Event detail": event_detail(record), "Likelihood": f"{likelihood(record):.2f}"},
        more=image,
    )
    root = f'{HEAD}<tt:MetaDataStream xmlns:tt="{TT}" xmlns:wsnt="{WSNT}" xmlns:xsd="{XSD}">'
    return f"{root}{told}</tt:MetaDataStream>\n".encode()


def event_detail(record: AlarmRecord) -> str:
    """Lobby 12/10, at most 32 characters; what cannot be missed stands first."""
    marks = "".join(word for word, marked in (("TEST ", record.test), ("SIM ", record.simulated)) if marked)
    count = "?" if record.count is None else record.count
    figures = f"No mask {count}" if record.extension == NONMASK else record.figures
    name = record.area_name[: LONGEST_DETAIL - len(marks) - len(figures) - 1]
    return marks + " ".join(part for part in (name, figures) if part)


def likelihood(record: AlarmRecord) -> float:
    """Of the surest face without a mask; a count that reached its threshold is certain."""
    return max((face.score for face in record.faces if face.mask is False), default=1.0)


def events(root: Element) -> Iterator[AppEvent]:
    """The events of a document, read with `onvif_xml`. Raises ProtocolError."""
    for one in notices(root):
        yield AppEvent(
            one.topic,
            one.at,
            one.source.get("VideoSource", ""),
            one.data.get("Event detail", ""),
            _likelihood(one.data.get("Likelihood")),
            _image(one.message),
        )


def camera_list(cameras: Iterable[ListedCamera]) -> bytes:
    """JSON array; every value is a string."""
    return json_bytes(
        [
            {
                "ID": video_source(camera.id),
                "CameraName": camera.name,
                "Model": camera.model,
                "IPAddress": camera.address,
                "CameraChannel": str(camera.channel),
            }
            for camera in cameras
        ]
    )


def _likelihood(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ProtocolError(f"application event: Likelihood is {text!r:.60}, 0.0 to 1.0 expected")
    return value


def _image(message: Element) -> bytes:
    encoded = message.findtext("tt:Data/tt:ElementItem[@Name='Image']/xsd:base64Binary", "", _NS) or ""
    try:
        return base64.b64decode("".join(encoded.split()), validate=True)
    except ValueError as exc:
        raise ProtocolError(f"application event: Image is no base64, {exc}") from exc
