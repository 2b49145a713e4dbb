"""ONVIF over MQTT as JSON: events (`onvif-ej`) and scene metadata (`onvif-mj`), WIRE 3.

    <prefix>/onvif-ej/<topic>/&<VideoSource>/<AnalyticsConfiguration>/<Rule>
    <prefix>/onvif-mj/VideoAnalytics/<profile>/<module>

Counts and occupancy alarms are properties: their newest state is retained, and a zero-byte retained message takes it
away when the camera or the area goes. Tokens are made of ids, so a rename never moves a topic; the names people see
travel as data. The standard counts in and out over lines, we count inside a polygon. The alarm's topic is ours.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from notifications.protocols.base import Message, ProtocolError, iso, json_bytes, not_carried
from notifications.protocols.scene import SceneFrame, SceneObject, Shape
from notifications.record import MESSAGE_IDS, NONMASK, AlarmRecord, CountRecord, Event, Face

COUNT_TOPIC = "RuleEngine/CountAggregation/OccupancyCounter"
ALARM_TOPIC = "RuleEngine/CountAggregation/portal:OccupancyAlarm"
OBJECT_TOPIC = "RuleEngine/ObjectDetection/Object"
NAMESPACE = "urn:lookout:onvif"
"""What the prefix `portal:` of our own names stands for."""


def video_source(camera_id: int) -> str:
    """The token of a camera: cam-0007."""
    return f"cam-{camera_id:04d}"


def carries(record: AlarmRecord) -> bool:
    """An occupancy alarm is a state with its changes, a face without mask an event without end."""
    if record.extension == NONMASK:
        return record.event in (Event.STARTED, Event.REPEATED)
    return record.area_number is not None and record.event is not Event.ACKNOWLEDGED


def count_messages(record: CountRecord, *, prefix: str, qos: int = 1) -> list[Message]:
    """The count of every area that is On; sent every interval, changed or not."""
    return [
        Message(
            _topic(prefix, COUNT_TOPIC, record.camera_id, "occupancy", f"Area{area.number}"),
            _event(
                record.at,
                _source(record.camera_id, "occupancy", f"Area{area.number}"),
                {"Count": str(area.count), "portal:AreaName": area.name},
            ),
            qos,
            retain=True,
        )
        for area in record.areas
        if area.count is not None
    ]


def alarm_messages(record: AlarmRecord, *, prefix: str, qos: int = 1) -> list[Message]:
    """The state of an area's alarm, or one event for each face without a mask. Raises NotCarriedError."""
    if not carries(record):
        not_carried("ONVIF event", record)
    if record.extension == NONMASK:
        return list(_faces(record, prefix, qos))
    place = record.camera_id, "occupancy", f"Area{record.area_number}"
    payload = _event(record.at, _source(*place), _state(record))
    return [Message(_topic(prefix, ALARM_TOPIC, *place), payload, qos, retain=True)]


def area_cleared(camera_id: int, number: int, *, prefix: str, qos: int = 1) -> list[Message]:
    """Takes away what the broker keeps of an area."""
    place = camera_id, "occupancy", f"Area{number}"
    return [Message(_topic(prefix, topic, *place), b"", qos, retain=True) for topic in (COUNT_TOPIC, ALARM_TOPIC)]


def camera_cleared(camera_id: int, *, prefix: str, qos: int = 1) -> list[Message]:
    """Takes away what the broker keeps of a camera."""
    return [one for number in MESSAGE_IDS for one in area_cleared(camera_id, number, prefix=prefix, qos=qos)]


def scene_message(frame: SceneFrame, *, prefix: str, profile: str, most_bytes: int = 65536, qos: int = 0) -> Message:
    """One frame; boxes that do not fit into `most_bytes` are left out, least sure first, and the frame says how many
    (OCC-29). profile: a token.    Raises ProtocolError."""
    if not profile or "/" in profile:
        raise ProtocolError(f"profile {profile!r:.60}: a token without / expected")
    topic = f"{prefix}/onvif-mj/VideoAnalytics/{profile}/{frame.source}"
    payload = scene_bytes(frame)
    while len(payload) > most_bytes and frame.objects:
        fitting = len(frame.objects) * most_bytes // len(payload)
        frame = frame.at_most(min(fitting, len(frame.objects) - 1))
        payload = scene_bytes(frame)
    return Message(topic, payload, qos)


def scene_bytes(frame: SceneFrame) -> bytes:
    """The body of scene metadata."""
    values: dict[str, Any] = {"@UtcTime": iso(frame.at), "@Source": str(frame.source)}
    if frame.left_out:
        values |= {"@context": {"portal": NAMESPACE}, "@portal:LeftOut": frame.left_out}
    if frame.objects:
        values["Object"] = [_object(one) for one in frame.objects]
    return json_bytes({"Frame": [values]})


def _topic(prefix: str, topic: str, camera_id: int, configuration: str, rule: str) -> str:
    return f"{prefix}/onvif-ej/{topic}/&{video_source(camera_id)}/{configuration}/{rule}"


def _source(camera_id: int, configuration: str, rule: str) -> dict[str, str]:
    return {"VideoSource": video_source(camera_id), "AnalyticsConfiguration": configuration, "Rule": rule}


def _event(at: datetime, source: dict[str, str], data: dict[str, Any]) -> bytes:
    return json_bytes({"UtcTime": iso(at), "Source": source, "Data": data})


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


def _marks(record: AlarmRecord) -> dict[str, str]:
    marks = {"Test": record.test, "portal:Simulated": record.simulated}
    return {name: "true" for name, marked in marks.items() if marked}


def _faces(record: AlarmRecord, prefix: str, qos: int) -> Iterator[Message]:
    """A test alarm has no face: its event says that it is one, without an object."""
    place = record.camera_id, NONMASK, "NonMask"
    bare = [face for face in record.faces if face.mask is False]
    for data in [{"Object": {"Object": _face(face)}} for face in bare] or [{}]:
        payload = _event(record.at, _source(*place), {"ClassTypes": "HumanFace", **data, **_marks(record)})
        yield Message(_topic(prefix, OBJECT_TOPIC, *place), payload, qos)


def _face(face: Face) -> dict[str, Any]:
    return _object(SceneObject(face.track, "face", face.xyxy, face.score, face.mask))


def _object(one: SceneObject) -> dict[str, Any]:
    shape = Shape.of(one.xyxy)
    appearance: dict[str, Any] = {
        "Shape": {
            "BoundingBox": {"@left": shape.left, "@top": shape.top, "@right": shape.right, "@bottom": shape.bottom},
            "CenterOfGravity": {"@x": shape.x, "@y": shape.y},
        },
        "Class": {"Type": [{"@Likelihood": round(one.score, 2), "#text": one.class_name}]},
    }
    if one.mask is not None:
        appearance["HumanFace"] = {"Accessory": {"Mask": {"Wear": one.mask}}}
    return {"@ObjectId": one.id, "Appearance": appearance}
