"""ONVIF events as values (WIRE 3): the counts and the alarms of areas, faces without a mask.

The same values are written as JSON (`onvif_json.py`) and as XML (`onvif_event_xml.py`).

A property is one state with its changes, and its source says whose: a later event of the same source replaces the one
before. An area has two alarms, at or above a threshold and below a minimum, which go on and off without each other, so
each is a rule of its own, `Area1` and `Area1Below`: under one name the end of one would hide the other.

Tokens are made of ids, so a rename never moves a topic; the names people see travel as data. The standard counts in
and out over lines, we count inside a polygon. The topic of the alarms is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from notifications.protocols.base import iso, not_carried
from notifications.protocols.scene import SceneObject
from notifications.record import NONMASK, AlarmRecord, CountRecord, Direction, Event, Face

OCCUPANCY = "occupancy"
COUNT_TOPIC = "RuleEngine/CountAggregation/OccupancyCounter"
ALARM_TOPIC = "RuleEngine/CountAggregation/portal:OccupancyAlarm"
OBJECT_TOPIC = "RuleEngine/ObjectDetection/Object"
NAMESPACE = "urn:lookout:onvif"
"""What the prefix `portal:` of our own names stands for."""


@dataclass(frozen=True, slots=True)
class OnvifEvent:
    """topic: without `tns1:`.    source, data: simple items by name; the order of the source is that of topics.

    at: aware.    shown: the object that the event is about.    is_property: a state that lasts until it is replaced.
    """

    topic: str
    at: datetime
    source: Mapping[str, str]
    data: Mapping[str, str]
    shown: SceneObject | None = None
    is_property: bool = True


def video_source(camera_id: int) -> str:
    """The token of a camera, wherever a format asks for one: cam-0007."""
    return f"cam-{camera_id:04d}"


def area_rule(number: int, direction: Direction = Direction.AT_OR_ABOVE) -> str:
    """The token of an area's count and threshold, Area1; of its minimum, Area1Below."""
    return f"Area{number}Below" if direction is Direction.BELOW else f"Area{number}"


def carries(record: AlarmRecord) -> bool:
    """An occupancy alarm is a state with its changes, a face without mask an event without end."""
    if record.extension == NONMASK:
        return record.event in (Event.STARTED, Event.REPEATED)
    return record.area_number is not None and record.event not in (Event.ACKNOWLEDGED, Event.ESCALATED)


def count_events(record: CountRecord) -> list[OnvifEvent]:
    """The count of every area that is On."""
    return [
        OnvifEvent(
            COUNT_TOPIC,
            record.at,
            source_of(record.camera_id, OCCUPANCY, area_rule(area.number)),
            {"Count": str(area.count), "portal:AreaName": area.name},
        )
        for area in record.areas
        if area.count is not None
    ]


def alarm_events(record: AlarmRecord) -> list[OnvifEvent]:
    """The state of an area's alarm, or one event for each face without a mask. Raises NotCarriedError."""
    if not carries(record):
        not_carried("ONVIF event", record)
    if record.extension == NONMASK or record.area_number is None:
        return _faces(record)
    source = source_of(record.device, OCCUPANCY, area_rule(record.area_number, record.direction))
    return [OnvifEvent(ALARM_TOPIC, record.at, source, _state(record))]


def no_alarm_event(camera_id: int, number: int, name: str, direction: Direction, at: datetime) -> OnvifEvent:
    """The state of an area's alarm while there is none. name: of the area."""
    source = source_of(camera_id, OCCUPANCY, area_rule(number, direction))
    return OnvifEvent(ALARM_TOPIC, at, source, {"State": "false", "Direction": direction, "AreaName": name})


def source_of(camera_id: int, configuration: str, rule: str) -> dict[str, str]:
    """Of any of these events."""
    return {"VideoSource": video_source(camera_id), "AnalyticsConfiguration": configuration, "Rule": rule}


def _state(record: AlarmRecord) -> dict[str, str]:
    """A count that is unknown, as at the end for a lost camera, has no item."""
    values = {
        "State": "false" if record.event is Event.ENDED else "true",
        "Count": record.count,
        "Threshold": record.threshold,
        "Since": iso(record.since),
        "Direction": record.direction,
        "AreaName": record.area_name,
    }
    return {name: str(value) for name, value in values.items() if value is not None} | _marks(record)


def _faces(record: AlarmRecord) -> list[OnvifEvent]:
    """A test alarm has no face: its event says that it is one, without an object."""
    source = source_of(record.device, NONMASK, "NonMask")
    data = {"ClassTypes": "HumanFace", **_marks(record)}
    bare: list[SceneObject | None] = [_object(face) for face in record.faces if face.mask is False]
    return [OnvifEvent(OBJECT_TOPIC, record.at, source, data, one, is_property=False) for one in bare or [None]]


def _marks(record: AlarmRecord) -> dict[str, str]:
    marks = {"Test": record.test, "portal:Simulated": record.simulated}
    return {name: "true" for name, marked in marks.items() if marked}


def _object(face: Face) -> SceneObject:
    return SceneObject(face.track, "face", face.xyxy, face.score, face.mask)
