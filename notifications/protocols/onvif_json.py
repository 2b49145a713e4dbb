"""ONVIF over MQTT as JSON: events (`onvif-ej`) and scene metadata (`onvif-mj`), WIRE 3.

    <prefix>/onvif-ej/<topic>/&<VideoSource>/<AnalyticsConfiguration>/<Rule>
    <prefix>/onvif-mj/VideoAnalytics/<profile>/<module>

What the events say stands in `onvif_event.py`. Counts and occupancy alarms are properties: their newest state is
retained, and a zero-byte retained message takes it away when the camera or the area goes.
"""

from collections.abc import Mapping
from typing import Any

from notifications.protocols.base import Message, ProtocolError, iso, json_bytes
from notifications.protocols.onvif_event import (
    ALARM_TOPIC,
    COUNT_TOPIC,
    NAMESPACE,
    OCCUPANCY,
    OnvifEvent,
    alarm_events,
    area_rule,
    count_events,
    source_of,
)
from notifications.protocols.scene import SceneFrame, SceneObject, Shape
from notifications.record import MESSAGE_IDS, AlarmRecord, CountRecord, Direction


def count_messages(record: CountRecord, *, prefix: str, qos: int = 1) -> list[Message]:
    """The count of every area that is On; sent every interval, changed or not."""
    return [_message(one, prefix, qos) for one in count_events(record)]


def alarm_messages(record: AlarmRecord, *, prefix: str, qos: int = 1) -> list[Message]:
    """The state of an area's alarm, or one event for each face without a mask. Raises NotCarriedError."""
    return [_message(one, prefix, qos) for one in alarm_events(record)]


def area_cleared(camera_id: int, number: int, *, prefix: str, qos: int = 1) -> list[Message]:
    """Takes away what the broker keeps of an area."""
    kept = [(COUNT_TOPIC, area_rule(number)), *((ALARM_TOPIC, area_rule(number, one)) for one in Direction)]
    topics = [_topic(prefix, topic, source_of(camera_id, OCCUPANCY, rule)) for topic, rule in kept]
    return [Message(topic, b"", qos, retain=True) for topic in topics]


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


def _message(event: OnvifEvent, prefix: str, qos: int) -> Message:
    values: dict[str, Any] = dict(event.data)
    if event.shown is not None:
        values["Object"] = {"Object": _object(event.shown)}
    payload = json_bytes({"UtcTime": iso(event.at), "Source": event.source, "Data": values})
    return Message(_topic(prefix, event.topic, event.source), payload, qos, retain=event.is_property)


def _topic(prefix: str, topic: str, source: Mapping[str, str]) -> str:
    return f"{prefix}/onvif-ej/{topic}/&{'/'.join(source.values())}"


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
